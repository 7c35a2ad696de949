"""Writes the man page out of what the program says of itself: man_page.py RFHGN OUTPUT

--help of the program gives description, commands and footer, --help of each command its options, `keys` the deck.
"""
import re
import subprocess
import sys
from pathlib import Path


def ask(*words):
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    return done.stdout


def escape(text):
    """Plain text for troff: backslashes, hyphens that are to be copied, dots that begin a line."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return re.sub(r"^(['.])", r"\\&\1", text, flags=re.MULTILINE)


def sections(help_text):
    """The text before the first heading and after the last entry, and the entries [(term, meaning)] under each heading."""
    entries, heading, outside = {}, "", []
    for line in help_text.splitlines():
        entry = re.match(r"^  (\S.*?)(?:\s{2,}(.*))?$", line)
        if re.match(r"^\w+:$", line):
            heading = line[:-1]
        elif entry and heading:
            entries.setdefault(heading, []).append([entry[1], entry[2] or ""])
        elif line.startswith("    ") and heading:  # a long entry goes on
            entries[heading][-1][1] += " " + line.strip()
        elif line and not line.startswith("Usage:"):
            outside.append(line)
    return outside, entries


def definitions(entries):
    return "".join(f".TP\n\\fB{escape(term)}\\fR\n{escape(meaning.strip())}\n" for term, meaning in entries)


def page(program):
    outside, top = sections(ask(program, "--help"))
    version = ask(program, "--version").split()[1]
    description, footer = outside[0], outside[1:]
    name = description.split(",")[0].rstrip(".")
    text = [f'.TH RFHGN 1 "" "rfhgn {version}" "User Commands"', ".SH NAME",
            "rfhgn \\- " + escape(name[0].lower() + name[1:]), ".SH SYNOPSIS",
            ".B rfhgn\n\\fICOMMAND\\fR [\\fIOPTIONS\\fR] \\fIFILE\\fR [\\-\\- \\fIPETSC OPTIONS\\fR]\n.br\n"
            ".B mpirun \\-n\n\\fIRANKS\\fR \\fBrfhgn\\fR ...",
            ".SH DESCRIPTION", escape(description), ".SH COMMANDS", definitions(top["Subcommands"]).rstrip(),
            ".SH OPTIONS", definitions(top["Options"]).rstrip()]
    for command, _ in top["Subcommands"]:
        _, entries = sections(ask(program, command, "--help"))
        own = [e for e in entries.get("Positionals", []) + entries.get("Options", []) if "--help" not in e[0]]
        if own:
            text += [f'.SS "rfhgn {command}"', definitions(own).rstrip()]
    text += [".SH DECKS", "A deck is a TOML file. Its keys, with their default values:", ".nf",
             escape(ask(program, "keys").rstrip()), ".fi", ".SH NOTES", *(escape(line) + "\n.br" for line in footer)]
    return "\n".join(text) + "\n"


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(page(sys.argv[1]))
