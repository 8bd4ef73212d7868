"""Sign certificates and check who signed them: minisign's format, keys and all, offline."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from tfshift.atomic import write_atomic
from tfshift.domain.errors import TfshiftError

PASSWORD = "TFSHIFT_SIGN_PASSWORD"  # noqa: S105 (the variable's name, not a password)
SUFFIX = ".minisig"


def _minisign() -> Any:
    try:
        import minisign
    except ImportError:
        raise TfshiftError(
            "signatures need the package py-minisign",
            remedy="install it with: pip install 'tfshift[sign]'",
        ) from None
    return minisign


def secret_key(path: Path) -> Any:
    """Read a secret key, before anything else is done with it.

    Args:
        path: as ``minisign -G`` makes one; the password of an encrypted one stands in the variable
            TFSHIFT_SIGN_PASSWORD.

    Raises:
        TfshiftError: if it cannot be read, or its password is missing or wrong.
    """
    minisign = _minisign()
    try:
        key = minisign.SecretKey.from_file(path)
        if key.is_encrypted():
            key.decrypt(os.environ.get(PASSWORD, ""))
    except OSError as error:
        raise TfshiftError(
            "cannot read the key", where=str(path), why=error.strerror or ""
        ) from None
    except (minisign.Error, ValueError) as error:
        raise TfshiftError(
            "this key cannot be used", where=str(path), why=str(error),
            remedy=f"give a secret key of minisign, and its password in {PASSWORD}",
        ) from None  # fmt: skip
    return key


def sign(certificate: Path, key: Any) -> Path:
    """Write the signature of a certificate beside it.

    Args:
        certificate: the file.
        key: as ``secret_key`` returns it.

    Returns:
        The signature's file.
    """
    comment = f"tfshift certificate {certificate.name}"
    made = key.sign(certificate.read_bytes(), trusted_comment=comment)
    file = certificate.with_name(certificate.name + SUFFIX)
    write_atomic(file, bytes(made))
    return file


def verify(certificate: Path, public_key: str) -> None:
    """Check that a certificate is as its signer left it.

    Args:
        certificate: the file, its signature beside it.
        public_key: minisign's, or a file that holds it.

    Raises:
        TfshiftError: if it is not signed, or not with that key.
    """
    minisign = _minisign()
    file = certificate.with_name(certificate.name + SUFFIX)
    if not file.is_file():
        raise TfshiftError(
            "the certificate is not signed", where=str(certificate), why=f"there is no {file.name}"
        )
    try:
        named = Path(public_key)
        key = (
            minisign.PublicKey.from_file(named)
            if named.is_file()
            else minisign.PublicKey.from_base64(public_key)
        )
    except (OSError, minisign.Error, ValueError) as error:
        raise TfshiftError("this is no public key", where=public_key, why=str(error)) from None
    try:
        key.verify(certificate.read_bytes(), minisign.Signature.from_file(file))
    except (OSError, minisign.Error, ValueError) as error:
        raise TfshiftError(
            "the certificate's signature does not hold", where=str(certificate), why=str(error),
            remedy="it was changed, or another key signed it: do not trust it",
        ) from None  # fmt: skip
