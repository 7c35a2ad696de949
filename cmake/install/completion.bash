# shellcheck shell=bash
# Completion of rfhgn's command line. The program itself says what there is, so that this never falls behind.

# Words in the first column after a heading of the help text: commands or long options.
_rfhgn_words() {
    "$@" --help 2>/dev/null | awk '
        /^[A-Z][A-Za-z]*:$/ { section = $1 }
        section == "Subcommands:" && /^  [a-z]/ { print $1 }
        section == "Options:" && /^  -/ { sub(/^-h,/, "", $1); print $1 }'
}

_rfhgn_keys() {
    "$1" keys 2>/dev/null | awk '
        /^\[/ { section = substr($1, 2, length($1) - 2) }
        /^  [a-z]/ { print section "." $1 "=" }'
}

_rfhgn() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} program=${COMP_WORDS[0]}
    local command=${COMP_WORDS[1]}
    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
        mapfile -t COMPREPLY < <(compgen -W "$(_rfhgn_words "$program")" -- "$word")
    elif [ "$before" = --set ]; then
        mapfile -t COMPREPLY < <(compgen -W "$(_rfhgn_keys "$program")" -- "$word")
        compopt -o nospace 2>/dev/null
    elif [[ $word == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$(_rfhgn_words "$program" "$command")" -- "$word")
    else
        local pattern='*.toml'
        case $command in
        info) pattern='*.h5*' ;;
        merge) pattern='*.h5' ;;
        convert) pattern='*' ;;
        esac
        [[ $before != --output ]] || pattern=
        mapfile -t COMPREPLY < <(compgen -d -- "$word")
        [ -z "$pattern" ] || mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -X "!$pattern" -- "$word")
        compopt -o filenames 2>/dev/null
    fi
}

complete -F _rfhgn rfhgn
