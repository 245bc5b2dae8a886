"""What the kernel refuses a process that parses: the network, other programs, and what is not its to read.

    python -m articles.cage.seal

Two walls of Linux that nobody needs a privilege for, and that containers grant, where a network of one's
own (`keeper`) is often refused. *seccomp* takes away the calls by which a process gets a socket, starts a
program, or reaches into another. *Landlock* leaves the interpreter's and our own code to be read and
nothing else: no original, no settings, no environment of the desk's processes. Neither can be taken down
again, and both are inherited. As a program this prints what is missing here: see `missing`.
"""

from __future__ import annotations

import ctypes
import os
import struct
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

NETWORK, FILES = "the network", "other files"

_ROOT = Path(__file__).resolve().parent.parent.parent

# The architecture as the kernel tells a filter (linux/audit.h), and the numbers of the calls.
_CALLS = {
    "x86_64": (
        0xC000003E,
        {
            "socket": 41,
            "execve": 59,
            "kill": 62,
            "ptrace": 101,
            "process_vm_readv": 310,
            "process_vm_writev": 311,
            "execveat": 322,
        },
    ),
    "aarch64": (
        0xC00000B7,
        {
            "ptrace": 117,
            "kill": 129,
            "socket": 198,
            "execve": 221,
            "process_vm_readv": 270,
            "process_vm_writev": 271,
            "execveat": 281,
        },
    ),
}
_EVERYWHERE = {"io_uring_setup": 425, "pidfd_open": 434, "pidfd_getfd": 438}

_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _MODE_FILTER = 38, 22, 2
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | 1  # EPERM
_NUMBER, _ARCHITECTURE = 0, 4  # where they stand in what a filter is given
_X32 = 0x40000000  # the same calls under other numbers

_CREATE, _ADD_RULE, _RESTRICT = 444, 445, 446  # Landlock's calls, the same on every architecture
_BENEATH = 1
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3


def seal() -> list[str]:
    """Put up both walls around this process and all that it forks; return what it is not kept from."""
    if sys.platform != "linux":
        return [NETWORK, FILES]
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, *map(ctypes.c_ulong, (1, 0, 0, 0)))
    walls = ((FILES, _leave_the_files), (NETWORK, _refuse_calls))
    return [name for name, stands in walls if not stands(libc)]


def missing() -> list[str]:
    """Return what a child cannot be kept from on this system, by trying it in a process that ends."""
    tried = subprocess.run(
        [sys.executable, "-m", "articles.cage.seal"], cwd=_ROOT, capture_output=True, text=True, check=True
    )
    return tried.stdout.splitlines()


def _refuse_calls(libc: ctypes.CDLL) -> bool:
    known = _CALLS.get(os.uname().machine)
    if known is None:
        return False
    architecture, calls = known
    refused = sorted({**calls, **_EVERYWHERE}.values())
    lines = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _REFUSE),
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, len(refused) + 1, 0, _X32),
        *((_EQUAL, len(refused) - at, 0, number) for at, number in enumerate(refused)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *line) for line in lines))
    program = struct.pack("@HP", len(lines), ctypes.addressof(code))
    return bool(libc.prctl(_PR_SET_SECCOMP, ctypes.c_ulong(_MODE_FILTER), program) == 0)


def _leave_the_files(libc: ctypes.CDLL) -> bool:
    version = libc.syscall(_CREATE, None, ctypes.c_size_t(0), 1)
    if version < 1:
        return False
    # All that this kernel can refuse: of files, of TCP (4), of abstract sockets and signals to others (6).
    of_files = 0x1FFF | (1 << 13 if version >= 2 else 0) | (1 << 14 if version >= 3 else 0)
    rules = struct.pack("=QQQ", of_files, 0b11, 0b11)[: 24 if version >= 6 else 16 if version >= 4 else 8]
    ruleset = libc.syscall(_CREATE, rules, ctypes.c_size_t(len(rules)), 0)
    if ruleset < 0:
        return False
    try:
        for place in _readable():
            with suppress(OSError):
                opened = os.open(place, os.O_PATH | os.O_CLOEXEC)
                rule = struct.pack("=Qi", _READ_FILE | (_READ_DIR if place.is_dir() else 0), opened)
                libc.syscall(_ADD_RULE, ruleset, _BENEATH, rule, 0)
                os.close(opened)
        return bool(libc.syscall(_RESTRICT, ruleset, 0) == 0)
    finally:
        os.close(ruleset)


def _readable() -> list[Path]:
    """Return where that is which parsers load late: code, libraries, time zones."""
    ours = [_ROOT / name for name in ("articles", "factcheck")]
    theirs = [sys.prefix, sys.base_prefix, "/usr", "/lib", "/lib64", "/etc/localtime"]
    return [*ours, *map(Path, theirs)]


if __name__ == "__main__":
    sys.stdout.write("\n".join(seal()))
