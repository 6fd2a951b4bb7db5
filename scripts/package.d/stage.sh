# shellcheck shell=bash disable=SC2016,SC2034,SC2154
# What goes into the package of scripts/package, and where.
#
# Sourced, never run. Works on $WORK, where build.sh has left the program, and on $arch and $release.

PARTS=scripts/package.d
MAINTAINER='Bolthole <maintainers@bolthole.invalid>'
read -r SOURCE_DATE_EPOCH COMMIT IS_COMMITTED <<<"$(commit_facts)"

# stage: the files of the package in $WORK/stage.
stage() {
    local doc=usr/share/doc/bolthole system=usr/lib file
    # Debian 12 still keeps units and udev's rules below /lib.
    [[ $release != bookworm ]] || system=lib
    rm -rf "$WORK/stage"

    place "$WORK/boltholed" usr/bin/boltholed 755
    place hardware/systemd/boltholed.service "$system/systemd/system/boltholed.service"
    place hardware/systemd/bolthole-poweroff.path "$system/systemd/system/bolthole-poweroff.path"
    place hardware/systemd/bolthole-poweroff.service "$system/systemd/system/bolthole-poweroff.service"
    place hardware/udev/60-bolthole.rules "$system/udev/rules.d/60-bolthole.rules"
    place hardware/systemd/bolthole.sysusers.conf usr/lib/sysusers.d/bolthole.conf
    place hardware/boards/raspberry-pi.yaml etc/bolthole/board.yaml
    place hardware/boards/model.yaml etc/bolthole/model.yaml

    place "$PARTS/boltholed.8" usr/share/man/man8/boltholed.8
    place "$PARTS/copyright" "$doc/copyright"
    place "$PARTS/lintian-overrides" usr/share/lintian/overrides/bolthole
    changelog >"$WORK/changelog"
    place "$WORK/changelog" "$doc/changelog.gz"
    while read -r file; do place "$file" "$doc/${file#hardware/}"; done < <(find hardware -type f ! -name '.*' | sort)
    # Debian wants what is large and seldom read compressed.
    gzip -9n "$WORK/stage/usr/share/man/man8/boltholed.8"
    gzip -9nc "$WORK/changelog" >"$WORK/stage/$doc/changelog.gz"

    for file in postinst prerm postrm; do place "$PARTS/$file" "DEBIAN/$file" 755; done
    printf '%s\n' /etc/bolthole/board.yaml /etc/bolthole/model.yaml >"$WORK/stage/DEBIAN/conffiles"
    control >"$WORK/stage/DEBIAN/control"
    (cd "$WORK/stage" && find . -type f ! -path './DEBIAN/*' -printf '%P\0' | sort -z | xargs -0 md5sum >DEBIAN/md5sums)
    # Whoever typed the command may not let others read what they make.
    chmod -R u=rwX,go=rX "$WORK/stage"
    find "$WORK/stage" -exec touch --no-dereference --date "@$SOURCE_DATE_EPOCH" {} +
}

# place SOURCE PATH [MODE]: a file of the package, by default one that is only read.
place() {
    [[ -e $1 ]] || fail 2 "$1 is missing: is this checkout complete?"
    install -D --mode "${3:-644}" "$1" "$WORK/stage/$2"
}

# version: the firmware's own, then date and name of the commit, so that later commits are later versions; then the
# Debian, so that an upgrade of Debian brings its own package.
version() {
    local own
    own=$(sed -n 's/.*static let current = "\([0-9.]*\)".*/\1/p' Sources/LockModel/Words/Version.swift)
    [[ -n $own ]] || fail 1 "Sources/LockModel/Words/Version.swift does not say the version"
    printf '%s+%s.%s' "$own" "$(date --utc --date "@$SOURCE_DATE_EPOCH" +%Y%m%d%H%M%S)" "${COMMIT:0:8}"
    [[ $IS_COMMITTED == committed ]] || printf .uncommitted
    if [[ $release == bookworm ]]; then echo +deb12; else echo +deb13; fi
}

changelog() {
    printf 'bolthole (%s) %s; urgency=medium\n\n  * Built from commit %s.\n\n -- %s  %s\n' "$(version)" "$release" \
        "$COMMIT" "$MAINTAINER" "$(date --utc --rfc-email --date "@$SOURCE_DATE_EPOCH")"
}

control() {
    cat <<END
Package: bolthole
Version: $(version)
Architecture: $arch
Maintainer: $MAINTAINER
Installed-Size: $(du --apparent-size --block-size 1024 --summarize --exclude DEBIAN "$WORK/stage" | cut -f 1)
Depends: $(libraries), systemd | systemd-standalone-sysusers | systemd-sysusers, udev
Recommends: gpiod
Suggests: i2c-tools
Section: electronics
Priority: optional
Description: smart lock that always leaves a way back in
 The firmware of the Bolthole door lock for a Raspberry Pi: keypad, motor, end
 switches and battery through the kernel's GPIO and I2C, phones by Bluetooth
 LE, an access log and codes that survive a power cut at any time, and no need
 of a network.
 .
 It runs as a service of its own user. The board is described in
 /etc/bolthole/board.yaml, the lock in /etc/bolthole/model.yaml. How to
 build one is told in /usr/share/doc/bolthole.
END
}

# libraries: the packages that the program needs, as dpkg-shlibdeps finds them in the Debian that it is for.
libraries() {
    local shlibs
    mkdir -p "$WORK/shlibs/debian"
    printf 'Source: bolthole\n\nPackage: bolthole\nArchitecture: any\n' >"$WORK/shlibs/debian/control"
    shlibs=$(finish bash -euc 'cd "$1" && dpkg-shlibdeps -O -e"$2"' shlibs "$WORK/shlibs" "$WORK/boltholed") ||
        fail 1 "dpkg-shlibdeps does not know the libraries of the program"
    printf '%s' "${shlibs#shlibs:Depends=}"
}

# make_package FOLDER: the package; prints its path. One thread, because the bytes depend on their number; owned by root,
# whoever made it.
make_package() {
    local file
    file=$1/bolthole_$(version)_$arch.deb
    SOURCE_DATE_EPOCH=$SOURCE_DATE_EPOCH dpkg-deb --threads-max=1 -Zxz --root-owner-group \
        --build "$WORK/stage" "$WORK/package.deb" >/dev/null || fail 1 "dpkg-deb makes no package of $WORK/stage"
    mv "$WORK/package.deb" "$file"
    echo "$file"
}
