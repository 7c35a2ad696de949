"""Files that tools write: never in place of another one unasked, never half of one, never through a link.

A file is written under a fresh name beside its own and takes its name when it is complete. What is there already is replaced
when the user asks for it (--overwrite), or when it is a picture or report that the same tool has written and nobody has changed
since: those carry a checksum of themselves and can be drawn again. A link is replaced, not followed.
"""
import contextlib
import hashlib
import os
import re
import struct
import sys
import tempfile
import zlib
from pathlib import Path

PNG = b"\x89PNG\r\n\x1a\n"
PNG_END = struct.pack(">I4sI", 0, b"IEND", zlib.crc32(b"IEND"))


class Exists(Exception):
    """What is in the way, for the user."""


def add_overwrite(parser):
    parser.add_argument("--overwrite", action="store_true", help="replace files that are there already")


def require_free(path, overwrite=False):
    """Raises Exists where a file may not be written: to be asked before work that takes long, too."""
    path = Path(path)
    if path.is_dir() and not path.is_symlink():
        raise Exists(f"'{path}' is a folder")
    if os.path.lexists(path) and not overwrite and not is_own(path):
        raise Exists(f"'{path}' exists already; choose another name, or pass --overwrite to replace it")


@contextlib.contextmanager
def new_file(path, overwrite=False):
    """A name beside `path` to write to, which takes the place of `path` at the end unless an exception is raised."""
    path = Path(path)
    require_free(path, overwrite)
    try:
        handle, aside = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=path.suffix, dir=path.parent)
    except FileNotFoundError as error:
        raise Exists(f"there is no folder '{path.parent}' for '{path.name}'") from error
    try:
        os.fchmod(handle, 0o666 & ~_umask())
        yield aside
        os.fsync(handle)
        require_free(path, overwrite)  # it may have come meanwhile
        os.replace(aside, path)
    finally:
        os.close(handle)
        with contextlib.suppress(FileNotFoundError):
            os.unlink(aside)


def _umask():
    mask = os.umask(0)
    os.umask(mask)
    return mask


def refuse_existing(parser, path, overwrite):
    """Ends a tool at its start where it could not write at its end."""
    try:
        require_free(path, overwrite)
    except Exists as error:
        parser.error(str(error))


def save_text(text, path, overwrite=False):
    with new_file(path, overwrite) as aside:
        Path(aside).write_text(text)


def save_figure(figure, path, overwrite=False, **options):
    """A matplotlib figure as PNG that knows itself again."""
    with new_file(path, overwrite) as aside:
        figure.savefig(aside, format="png", **options)
        data = Path(aside).read_bytes()
        assert data.startswith(PNG) and data.endswith(PNG_END)
        body = data[:-len(PNG_END)]
        Path(aside).write_bytes(body + _png_mark(body) + PNG_END)


def save_report(text, path, overwrite=False):
    """A Markdown text that knows itself again."""
    with new_file(path, overwrite) as aside:
        Path(aside).write_bytes(text.encode() + _text_mark(text.encode()))


def is_own(path):
    """Whether save_figure or save_report of this tool wrote the file, and nobody changed it since."""
    try:
        data = Path(path).read_bytes()
    except OSError:
        return False
    for end, mark in ((PNG_END, _png_mark), (b"", _text_mark)):
        length = len(mark(b""))
        body = data[:len(data) - len(end) - length]
        if len(data) > length + len(end) and data == body + mark(body) + end:
            return True
    return False


def _writer(body):
    tool = re.sub(r"\W", "-", Path(sys.argv[0]).stem)
    return f"rfhgn {tool} sha256 {hashlib.sha256(body).hexdigest()}".encode()


def _png_mark(body):
    """A tEXt chunk."""
    text = b"Software\0" + _writer(body)
    return struct.pack(">I", len(text)) + b"tEXt" + text + struct.pack(">I", zlib.crc32(b"tEXt" + text))


def _text_mark(body):
    return b"\n<!-- " + _writer(body) + b" -->\n"
