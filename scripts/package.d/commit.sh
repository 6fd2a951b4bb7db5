# shellcheck shell=bash
# Which commit is packaged: from git, or, in a copy of the sources that scripts/flash made, from BOLTHOLE_COMMIT.
#
# Sourced after lib.sh, never run.

# What of the project is in a package, or decides how it is made.
SOURCES=(Package.swift Sources Tests hardware scripts)

# commit_facts: seconds of its date, its name, and whether something is not committed yet.
commit_facts() {
    if [[ -n ${BOLTHOLE_COMMIT:-} ]]; then
        echo "$BOLTHOLE_COMMIT"
        return
    fi
    git rev-parse --quiet --verify HEAD >/dev/null || fail 2 "a package is made of a git checkout: this is none"
    printf '%s %s\n' "$(git log -1 --format='%ct %H')" \
        "$([[ -z $(git status --porcelain -- "${SOURCES[@]}") ]] && echo committed || echo uncommitted)"
}

# copied_files: the files of the project, each ended by a zero byte.
copied_files() {
    git ls-files -z --cached --others --exclude-standard "${SOURCES[@]}" | while IFS= read -r -d '' file; do
        [[ ! -e $file ]] || printf '%s\0' "$file"
    done
}
