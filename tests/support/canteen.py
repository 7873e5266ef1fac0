"""A questionnaire of an office's own, with every kind of question and skips."""

OWN = """\
format: linli-survey-1
id: meals
version: 2
title: {zh: 食堂问卷, en: The canteen}
minimum_group: 5
minimum_reason: 来吃饭的人家少
scales:
  three:
    steps:
      - {code: 3, zh: 好, en: Good, score: 100}
      - {code: 2, zh: 一般, en: So-so, score: 50}
      - {code: 1, zh: 不好, en: Bad, score: 0}
      - {code: 0, zh: 不了解, en: Don't know, score: null}
aspects:
  - {id: food, name: {zh: 饭菜, en: Food}}
sections:
  - id: who
    title: 您家
    items:
      - id: kind
        kind: choice
        stratum: true
        text: 您家是哪种情况？
        options: [普通家庭, 特殊家庭]
      - id: eats
        kind: choice
        text: 来吃过吗？
        options: [吃过, 没吃过]
        skip:
          - {when: eats == 2, to: words}
  - id: meals
    title: 饭菜
    items:
      - {id: times, kind: number, text: 一个月吃几次？, min: 1, max: 90, unit: 次}
      - id: which
        kind: multiple
        max: 2
        text: 哪几顿？
        options: [早饭, 中饭, {zh: 都一样, alone: true}]
      - {id: taste, kind: scale, scale: three, aspect: food, text: 味道}
      - id: why
        kind: text
        text: 哪里不好？
        when: taste in (1, 2) and times > 3 or which has 2
  - id: words
    title: 写几句
    items:
      - {id: wish, kind: text, text: 有什么想说的？, when: answered eats}
"""
