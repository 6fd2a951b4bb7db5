# shellcheck shell=bash
# Both generations of libgpiod, headers and libraries, for this processor and for a Pi's. Sourced by scripts/kernel-vm.

# fetch_libgpiod FOLDER: makes FOLDER/1 (Debian 12's libgpiod 1.6) and FOLDER/2 (Debian 13's 2.2), each with amd64 and
# arm64, each of those with include and lib. Debian 13's needs no newer C library than Debian 12's.
fetch_libgpiod() {
    local folder=$1 work=$1.work
    need_packages dpkg-deb:dpkg
    rm -rf "$folder" "$work"
    say "fetching libgpiod 1 and 2"
    debian_packages bookworm "$work/1" libgpiod-dev libgpiod2 libgpiod-dev:arm64 libgpiod2:arm64
    debian_packages trixie "$work/2" libgpiod-dev libgpiod3 libgpiod-dev:arm64 libgpiod3:arm64
    local generation architecture package
    for generation in 1 2; do
        for architecture in amd64 arm64; do
            for package in "$work/$generation"/*_"$architecture".deb; do
                dpkg-deb --extract "$package" "$work/$generation/$architecture"
            done
            mkdir -p "$folder/$generation/$architecture"
            mv "$work/$generation/$architecture/usr/include" "$folder/$generation/$architecture/include"
            mv "$work/$generation/$architecture"/usr/lib/*-linux-gnu "$folder/$generation/$architecture/lib"
        done
    done
    rm -rf "$work"
}
