# shellcheck shell=bash disable=SC2016,SC2034,SC2154,SC2317
# Three ways to compile boltholed for scripts/package: here, in a root of another Debian, across to arm64.
#
# Sourced, never run. Each leaves the program, without symbols, in $WORK/boltholed, and defines `finish`, which runs a
# command of the Debian that the package is for; of arm64 on amd64 slowly, because qemu runs it.

PRODUCT=boltholed
OPTIONS=(--configuration release --product "$PRODUCT" --traits RaspberryPi --static-swift-stdlib --disable-local-rpath
    # Or SwiftPM would not notice when these options change.
    --disable-build-manifest-caching
    # The linker of the toolchain: the only one that every release has, and that puts constants where none can write.
    -Xswiftc -use-ld=lld -Xlinker --strip-all -Xlinker -z -Xlinker relro -Xlinker -z -Xlinker now
    # 3 MB less in memory: relocations in 17 KB instead of 2 MB (glibc 2.36 and later), no names for plug-ins.
    -Xlinker -z -Xlinker pack-relative-relocs -Xlinker --no-export-dynamic)

# Debian's newest Swift, and the checksum of the package with its arm64 libraries. Debian's unstable moves on: when this
# version is gone from it, put the new one here, and see whether swift-6.2.patch is still needed.
DEBIAN_SWIFT=6.2.3-1+b1
DEBIAN_SWIFT_ARM64_SHA256=bda5df23d26eec0cc7058924611b42bb27667252a0280fb490e4969dbbd975df

# swift_options FOLDER...: OPTIONS, and names of source files in the program that do not depend on the FOLDERs with them.
swift_options() {
    local folder
    printf '%s\n' "${OPTIONS[@]}"
    for folder in "$@"; do
        printf '%s\n' -Xcc "-ffile-prefix-map=$folder/=" -Xcxx "-ffile-prefix-map=$folder/=" \
            -Xswiftc -file-prefix-map -Xswiftc "$folder/="
    done
}

# finish_in NAME: `finish` runs in that root.
finish_in() {
    FINISHER=$1
    finish() { enter "$ROOTS/$FINISHER" --bind "$WORK:$WORK" "$@"; }
}

# keep PROGRAM: in $WORK/boltholed, where staging looks for it.
keep() {
    [[ -x $1 ]] || fail 1 "the build left no program in ${1#"$ROOT"/}"
    cp "$1" "$WORK/boltholed"
}

# build_here: with what this machine has.
build_here() {
    local options
    need_swift
    need_packages /usr/include/gpiod.h:libgpiod-dev /usr/include/bluetooth/bluetooth.h:libbluetooth-dev \
        dpkg-shlibdeps:dpkg-dev
    finish() { "$@"; }
    say "building boltholed for this machine ($arch, $release)"
    mapfile -t options < <(swift_options "$ROOT" "$WORK/build")
    swift build --scratch-path "$WORK/build" "${options[@]}" ||
        fail 1 "$PRODUCT does not build; the reasons are above"
    keep "$WORK/build/release/$PRODUCT"
}

# build_in_root RELEASE ARCHITECTURE: with this machine's toolchain, and everything else of that Debian.
build_in_root() {
    local name=build-$1-$2 toolchain options
    need_roots
    need_swift
    fetch_dependencies
    make_root "$name" "$1" "$2" \
        g++,git,ca-certificates,libgpiod-dev,libbluetooth-dev,dpkg-dev,libcurl4,libncurses6,libsqlite3-0,libuuid1,libxml2,tzdata
    # Its usr folder: what is beside bin belongs to it.
    toolchain=$(swift -print-target-info | sed -n 's|.*"runtimeResourcePath": "\(.*\)/usr/lib/swift".*|\1/usr|p')
    [[ -d $toolchain ]] || fail 2 "this Swift toolchain does not say where it is installed"
    finish_in "$name"
    say "building boltholed for $arch, $release, in a root of it"
    mapfile -t options < <(swift_options "$ROOT" "$WORK/build")
    enter "$ROOTS/$name" --bind "$WORK:$WORK" --bind "$ROOT:$ROOT" --bind-read-only "$toolchain:/toolchain/usr" \
        "${DEPENDENCIES[@]}" bash -c 'cd "$1" && shift && PATH=/toolchain/usr/bin:$PATH exec swift build "$@"' build "$ROOT" \
        --scratch-path "$WORK/build" "${options[@]}" ||
        fail 1 "$PRODUCT does not build in the root $name; the reasons are above"
    keep "$WORK/build/release/$PRODUCT"
}

# build_across RELEASE: for arm64, with Debian's own Swift.
build_across() {
    local sysroot=build-$1-arm64 options
    need_roots
    need_packages rsync:rsync patch:patch
    need_swift
    fetch_dependencies
    make_root build-swift sid amd64 "swiftlang=$DEBIAN_SWIFT,g++,git,ca-certificates" \
        --aptopt='Acquire::Check-Valid-Until "false"'
    make_root "$sysroot" "$1" arm64 libc6-dev,libstdc++-14-dev,libgpiod-dev,libbluetooth-dev,dpkg-dev
    need_swift_of_arm64 "$ROOTS/$sysroot/usr/lib/swift_static"
    copy_source "$WORK/source"
    write_sdk "$WORK/sdk"
    finish_in "$sysroot"
    say "building boltholed across, for arm64, $1, with Debian's Swift $DEBIAN_SWIFT"
    mapfile -t options < <(swift_options /build/source /build/build)
    enter "$ROOTS/build-swift" --bind "$WORK:/build" \
        --bind "$ROOTS/$sysroot:/build/sdk/bolthole.artifactbundle/aarch64/sysroot" "${DEPENDENCIES[@]}" \
        bash -c 'cd /build/source && exec swift build "$@"' build --scratch-path /build/build \
        --swift-sdks-path /build/sdk --swift-sdk aarch64-unknown-linux-gnu "${options[@]}" ||
        fail 1 "$PRODUCT does not build across to arm64; the reasons are above"
    keep "$WORK/build/aarch64-unknown-linux-gnu/release/$PRODUCT"
}

# fetch_dependencies: clones of the packages that Package.swift names, made with this machine's git. DEPENDENCIES are the
# arguments by which `enter` makes the git of a root take these instead of fetching them again.
fetch_dependencies() {
    local folder=$ROOT/.build-package/dependencies clone count=0
    say "fetching the packages that Package.swift names"
    swift package --scratch-path "$folder" resolve || fail 2 "the Swift packages cannot be fetched; the reasons are above"
    DEPENDENCIES=(--bind-read-only "$folder/repositories:/dependencies")
    for clone in "$folder"/repositories/*; do
        DEPENDENCIES+=(--set "GIT_CONFIG_KEY_$count=url./dependencies/$(basename "$clone").insteadOf"
            --set "GIT_CONFIG_VALUE_$count=$(git -C "$clone" config remote.origin.url)")
        count=$((count + 1))
    done
    # The folders belong to whoever typed the command.
    DEPENDENCIES+=(--set "GIT_CONFIG_KEY_$count=safe.directory" --set "GIT_CONFIG_VALUE_$count=*"
        --set "GIT_CONFIG_COUNT=$((count + 1))")
}

# need_swift_of_arm64 FOLDER: Debian's Swift libraries for arm64 to link statically, with their modules.
need_swift_of_arm64() {
    local package=swiftlang_${DEBIAN_SWIFT}_arm64.deb downloads=$ROOTS/downloads
    [[ $(cat "$1/version" 2>/dev/null) != "$DEBIAN_SWIFT" ]] || return 0
    say "fetching Debian's Swift libraries for arm64 (500 MB, of which 170 are kept)"
    mkdir -p "$downloads"
    enter "$ROOTS/build-swift" --bind "$downloads:/downloads" bash -euc '
        dpkg --add-architecture arm64
        apt-get update --quiet=2 --option Acquire::Check-Valid-Until=false
        cd /downloads
        apt-get download --quiet=2 --option APT::Sandbox::User=root "swiftlang:arm64=$1"' fetch "$DEBIAN_SWIFT" ||
        fail 2 "Debian's swiftlang $DEBIAN_SWIFT for arm64 cannot be fetched. Where Debian has a newer one, its version and
  checksum belong in scripts/package.d/build.sh."
    echo "$DEBIAN_SWIFT_ARM64_SHA256  $downloads/$package" | sha256sum --check --quiet ||
        fail 2 "$package is not the file it was: its checksum in scripts/package.d/build.sh is another"
    rm -rf "$1"
    mkdir -p "$1"
    dpkg-deb --fsys-tarfile "$downloads/$package" |
        tar --extract --directory "$1" --strip-components 6 ./usr/libexec/swift/lib/swift_static
    # The compiler looks for its C headers beside the libraries.
    ln -sfn /usr/libexec/swift/lib/clang/17 "$1/clang"
    rm -rf "$downloads"
    echo "$DEBIAN_SWIFT" >"$1/version"
}

# copy_source FOLDER: the sources as Swift 6.2 understands them. Files that stay the same keep their dates, so that only
# the others are compiled again.
copy_source() {
    rm -rf "$1.new"
    mkdir -p "$1" "$1.new"
    copied_files | tar --create --null --files-from=- | tar --extract --directory "$1.new"
    # Swift 6.2 has no such group of warnings; the compiler of the other builds has checked it.
    sed -i -e '1s/swift-tools-version: 6.3/swift-tools-version: 6.2/' \
        -e 's/\.treatWarning("EmbeddedRestrictions", as: \.error)//' \
        -e 's/^    \.strictMemorySafety(),/&\n    .enableExperimentalFeature("Lifetimes"),/' "$1.new/Package.swift"
    patch --directory "$1.new" --strip 1 --forward --quiet --no-backup-if-mismatch <scripts/package.d/swift-6.2.patch ||
        fail 1 "scripts/package.d/swift-6.2.patch does not fit the sources any more: bring it up to date"
    rsync --recursive --checksum --delete "$1.new/" "$1/"
    rm -rf "$1.new"
}

# write_sdk FOLDER: what SwiftPM must know of the arm64 root, which is mounted at its sysroot.
write_sdk() {
    local bundle=$1/bolthole.artifactbundle
    mkdir -p "$bundle/aarch64/sysroot"
    cat >"$bundle/info.json" <<'END'
{ "schemaVersion": "1.0",
  "artifacts": { "bolthole": { "type": "swiftSDK", "version": "1", "variants": [{ "path": "aarch64" }] } } }
END
    cat >"$bundle/aarch64/swift-sdk.json" <<'END'
{ "schemaVersion": "4.0",
  "targetTriples": { "aarch64-unknown-linux-gnu": {
    "sdkRootPath": "sysroot",
    "swiftResourcesPath": "sysroot/usr/lib/swift_static",
    "swiftStaticResourcesPath": "sysroot/usr/lib/swift_static",
    "toolsetPaths": ["toolset.json"] } } }
END
    cat >"$bundle/aarch64/toolset.json" <<'END'
{ "schemaVersion": "1.0", "rootPath": "/usr/libexec/swift/bin",
  "swiftCompiler": { "extraCLIOptions": ["-use-ld=lld"] }, "linker": { "path": "ld.lld" } }
END
}
