"""Encryption at rest, with keys derived from the installation's one secret."""

import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE = 12
_VERSION = b"\x01"


class VaultError(Exception):
    """The secret key is not the one this data was sealed with (LINLI_SECRET_KEY, or secret.key)."""


class Vault:
    """Seals and opens bytes with AES-256-GCM; every value has a nonce of its own."""

    def __init__(self, secret: str) -> None:
        self._cipher = AESGCM(derive(secret, "at-rest"))
        self._blind = derive(secret, "blind-index")

    def seal(self, plain: bytes) -> bytes:
        nonce = os.urandom(_NONCE)
        return _VERSION + nonce + self._cipher.encrypt(nonce, plain, None)

    def open(self, sealed: bytes) -> bytes:
        nonce, body = sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
        try:
            return self._cipher.decrypt(nonce, body, None)
        except InvalidTag:
            raise VaultError(VaultError.__doc__) from None

    def blind(self, text: str) -> str:
        """A name under which a sealed text can be found again, and which tells nothing of it."""
        return hmac.new(self._blind, text.encode(), hashlib.sha256).hexdigest()[:32]


def derive(secret: str, purpose: str) -> bytes:
    """A 32-byte key for one purpose, so that no two uses share one."""
    hkdf = HKDF(hashes.SHA256(), length=32, salt=None, info=f"linli:{purpose}".encode())
    return hkdf.derive(secret.encode())
