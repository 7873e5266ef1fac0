"""aiogram without the validators that nobody here uses: imported first, for its effect.

When `aiogram.types` is imported it builds the validators of all its three hundred types, though it asks
pydantic to build each when it is first used: 2.5 of the 3 seconds of processor time that it takes, half of
all that a desk needs to start; and after a crash an elder may be waiting. Here the types, and the methods
declared by them, are imported as they stand, and each is built at its first use with the same names in sight.
"""

import sys
from typing import Any

from pydantic import BaseModel

_REBUILD = "model_rebuild"


def _import_lean() -> None:
    own = BaseModel.__dict__[_REBUILD]
    setattr(BaseModel, _REBUILD, classmethod(_not_yet))
    try:
        from aiogram import types
        from aiogram.client.default import Default
        from aiogram.methods.base import Response, TelegramMethod
    finally:
        setattr(BaseModel, _REBUILD, own)
    names = {**vars(types), "List": list, "Default": Default}

    def rebuild(cls: type[BaseModel], /, **how: Any) -> bool | None:
        built: bool | None = own.__func__(cls, **{"_types_namespace": names, **how})
        return built

    for kind in (types.TelegramObject, TelegramMethod, Response):
        setattr(kind, _REBUILD, classmethod(rebuild))


def _not_yet(cls: type[BaseModel], /, **how: Any) -> None:
    """What aiogram's import is told instead."""


if "aiogram.types" not in sys.modules:  # else it is whole already
    _import_lean()
