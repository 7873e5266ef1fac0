"""One way to write a text, so that what people type and what the shipped content says can meet.

A question comes from a phone: full-width letters, traditional characters, emoji, zero-width
characters from a copied page, or 20,000 characters by mistake. Everything here takes any text.
"""

import re
import unicodedata

MAX_QUESTION = 300
"""Characters of a question that are looked at; the longest shipped phrasing has under 60."""

_TRADITIONAL = (
    "丟來過氣護車發覺場電話門開關傷腳頭臉裡裏嗎麼們個這樣錢貼補證辦領養險醫藥費繳銷離親屬戶遷臨時寶兒產業創"
    "勞動縣區號碼請問誰還幾歲滿樓層鄰裝聲類廢舊體檢預約種針獻義務誌願軍殘學書讀園託標準條審報備異濟難貧窮"
    "災禍詐騙轉帳單網線機認結紙張複幫媽爺歡樂憲選舉會議組織調糾紛遺囑喪燒煙質衛環貸買賣閒鎖鑰馬鳥魚點麵飯"
    "湯熱燙凍暈喚應聽說講語簽國際華東級較輕軟鋁銀師獨圖畫聯繫絡處長間並從後復無權與為對當歸將於著盡響愛進"
    "連運達遠適遲郵鄉釋錄鐵陰陽隊階隨雙雜雞靈靜頂項順須頓顧題額風飛飲館駕騎驗驚髒鬥鬧齊齡齒龍龜擔擇擊據擾"
    "擴攝數斷極構槍樹橋檔欄殺毀決沒溝滅漢澆濕灣灘爐爭牆狀獎獲瘋療監盤確禮積稱穩競筆節簡糧紅紀紐純細終給絕"
    "統絲經綠維緊編緩練縮總績繞繼續罰羅聖職肅腦膽臟艙蘇蟲術衝製覽觀觸計訂討訓記許設訪訴詞試詢該詳誤課論諮"
    "諾謝識譯讓豐財責貨購贈贊趕跡踐軌輔餘綜麗搶卻繃顫搖鬆暫腫癱瘓癢嘔噴嗆燈嬰孫奪銹槓鐘鏈閃閉閱闆隻僅價億"
    "優儲兇劇劑劉勝勵匯廠廳彌彎恆悶惡惱愾慮慶憐憂懷懶戀戰撥撐撿擋擠擬擺攔攜敗敵暢曉曆曬樸櫃歐殯氈洩測滲潑"
    "潔澤濃灑烏獄玆畢疊癒癡盜眾睏矯礙祕禦穀窩竄竊筍築篩籃籌緣縫繡缽羈習聾聳膚膠興艱蓋蔣薦藍藝蘭蠟蠻襲襯診"
    "註評詛誇誕誘誠諒謀謊譜譽變讚貓貝負貢賊賓賠賺賽轎轟辭遞鄭醬釘釣鈴鈔鉛銅銜鋪錶鍋鎮鏡鑽閣闖隱隸雖霧韓頸"
    "顯餓駐騷鬍魯鮮鴨鹽麥黃黨齣壓帶員專傳嚴廣庫換損溫漸漲煩稅籤綁罵聞訊輪輸輛農錯頻頁餵喫嚇嚨圍婦妳徹慘撫"
    "況涼淚淺滾牽瞞竈縱脫脹腎腸莊葉虛褲規視謹貴賬蹤載輩迴醜鋼錘陳陸頒頗飢饑鬱黏採殭週併佔佈禿僑償僱儘"
)
_SIMPLIFIED = (
    "丢来过气护车发觉场电话门开关伤脚头脸里里吗么们个这样钱贴补证办领养险医药费缴销离亲属户迁临时宝儿产业创"
    "劳动县区号码请问谁还几岁满楼层邻装声类废旧体检预约种针献义务志愿军残学书读园托标准条审报备异济难贫穷"
    "灾祸诈骗转帐单网线机认结纸张复帮妈爷欢乐宪选举会议组织调纠纷遗嘱丧烧烟质卫环贷买卖闲锁钥马鸟鱼点面饭"
    "汤热烫冻晕唤应听说讲语签国际华东级较轻软铝银师独图画联系络处长间并从后复无权与为对当归将于着尽响爱进"
    "连运达远适迟邮乡释录铁阴阳队阶随双杂鸡灵静顶项顺须顿顾题额风飞饮馆驾骑验惊脏斗闹齐龄齿龙龟担择击据扰"
    "扩摄数断极构枪树桥档栏杀毁决没沟灭汉浇湿湾滩炉争墙状奖获疯疗监盘确礼积称稳竞笔节简粮红纪纽纯细终给绝"
    "统丝经绿维紧编缓练缩总绩绕继续罚罗圣职肃脑胆脏舱苏虫术冲制览观触计订讨训记许设访诉词试询该详误课论咨"
    "诺谢识译让丰财责货购赠赞赶迹践轨辅余综丽抢却绷颤摇松暂肿瘫痪痒呕喷呛灯婴孙夺锈杠钟链闪闭阅板只仅价亿"
    "优储凶剧剂刘胜励汇厂厅弥弯恒闷恶恼忾虑庆怜忧怀懒恋战拨撑捡挡挤拟摆拦携败敌畅晓历晒朴柜欧殡毡泄测渗泼"
    "洁泽浓洒乌狱兹毕叠愈痴盗众困矫碍秘御谷窝窜窃笋筑筛篮筹缘缝绣钵羁习聋耸肤胶兴艰盖蒋荐蓝艺兰蜡蛮袭衬诊"
    "注评诅夸诞诱诚谅谋谎谱誉变赞猫贝负贡贼宾赔赚赛轿轰辞递郑酱钉钓铃钞铅铜衔铺表锅镇镜钻阁闯隐隶虽雾韩颈"
    "显饿驻骚胡鲁鲜鸭盐麦黄党出压带员专传严广库换损温渐涨烦税签绑骂闻讯轮输辆农错频页喂吃吓咙围妇你彻惨抚"
    "况凉泪浅滚牵瞒灶纵脱胀肾肠庄叶虚裤规视谨贵账踪载辈回丑钢锤陈陆颁颇饥饥郁粘采僵周并占布秃侨偿雇尽"
)
_LOOKALIKES = {"囗": "口", "曰": "日", "‘": "'", "’": "'", "“": '"', "”": '"'}
_PLAIN = str.maketrans(dict(zip(_TRADITIONAL, _SIMPLIFIED, strict=True)) | _LOOKALIKES)

_LEADING = re.compile(
    r"(?:请问一?下?|你好|您好|喂|嗨|麻烦你?|劳驾|同志|师傅|社工|那个|就是|我?想?要?问一?下|我?想问问?"
    r"|我?咨询一?下|帮我?看一?下|hello|hi|hey|please|excuse me|can you tell me|could you tell me"
    r"|i want to know|i would like to know|i want to ask)\s*"
)
_TRAILING = re.compile(
    r"\s*(?:谢谢你?您?|多谢|拜托了?|[啊呀呢哦噢吧嘛啦哈呐哪伐嘞唻]|吗|thank you|thanks|please)"
)
_DIALECT_NOT = str.maketrans({"勿": "不", "弗": "不", "嘞": "了", "唻": "了"})


def clean(text: str, limit: int = MAX_QUESTION) -> str:
    """Lower-case simplified text without control or invisible characters, at most `limit` long."""
    folded = unicodedata.normalize("NFKC", text[:limit]).lower().translate(_PLAIN)[:limit]
    seen = folded if folded.isprintable() else "".join(map(_visible, folded))
    return " ".join(seen.split())


def core(text: str, limit: int = MAX_QUESTION) -> str:
    """What is left to search for: no punctuation, no greetings; never cut below two characters."""
    words = " ".join(re.findall(r"\w+", clean(text, limit).replace("'", "")))
    return _strip(_TRAILING, _strip(_LEADING, words, at_end=False), at_end=True)


def written_out(text: str) -> str:
    """Ningbo's written 勿, 弗, 嘞 as standard Chinese has them; for rules, not for names."""
    return text.translate(_DIALECT_NOT)


def units(text: str) -> list[str]:
    """The text in its smallest pieces: one Chinese character, one Latin word or one number each."""
    return [_singular(unit) for unit in re.findall(r"[a-z]+|[0-9]+|[^\W\da-z_]", text)]


def _visible(char: str) -> str:
    """A blank of any kind as a blank; controls, direction marks, zero-width as nothing."""
    if char.isspace():
        return " "
    return "" if unicodedata.category(char)[0] == "C" else char


def _strip(filler: re.Pattern[str], text: str, *, at_end: bool) -> str:
    while found := _filler_at(filler, text, at_end=at_end):
        rest = (text[: found.start()] if at_end else text[found.end() :]).strip()
        if len(rest) < 2:
            return text
        text = rest
    return text


def _filler_at(filler: re.Pattern[str], text: str, *, at_end: bool) -> re.Match[str] | None:
    if not at_end:
        return filler.match(text)
    return next((m for m in filler.finditer(text) if m.end() == len(text)), None)


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word[0].isascii() and word.endswith("s") else word
