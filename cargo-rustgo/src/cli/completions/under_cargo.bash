
# Completes `cargo rustgo`. What completed `cargo` before goes on with the rest.
_cargo_rustgo_under_cargo() {
    local at=1
    [[ ${COMP_WORDS[1]-} == +* ]] && at=2
    if [[ $COMP_CWORD -gt $at && ${COMP_WORDS[at]} == rustgo ]]; then
        COMP_WORDS=(cargo-rustgo "${COMP_WORDS[@]:at + 1}")
        COMP_CWORD=$((COMP_CWORD - at))
        _cargo_rustgo cargo-rustgo "$2" "$3"
        return
    fi
    [[ -n $_cargo_rustgo_before ]] && "$_cargo_rustgo_before" "$@"
    if [[ $COMP_CWORD -eq $at && rustgo == "$2"* ]]; then
        COMPREPLY+=(rustgo)
    fi
}

# Completions are loaded when they are first asked for.
if ! complete -p cargo >/dev/null 2>&1; then
    if declare -F _comp_load >/dev/null; then
        _comp_load cargo >/dev/null 2>&1
    elif declare -F _completion_loader >/dev/null; then
        _completion_loader cargo >/dev/null 2>&1
    fi
fi
if [[ -z ${_cargo_rustgo_before+x} ]]; then
    _cargo_rustgo_before=$(complete -p cargo 2>/dev/null | sed -n 's/.* -F \([^ ]*\).*/\1/p')
fi
complete -F _cargo_rustgo_under_cargo -o bashdefault -o default cargo
