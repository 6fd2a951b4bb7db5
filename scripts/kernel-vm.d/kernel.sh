# shellcheck shell=bash
# The kernel of the virtual machine: Debian's own, and the two modules that it lacks. Sourced by scripts/kernel-vm.

# build_kernel FOLDER: makes FOLDER with `kernel` (what QEMU boots), `version`, and `lib/modules`.
build_kernel() {
    local folder=$1 work=$1.work version release headers module
    need_packages gcc-12:gcc-12 make:make xz:xz-utils zstd:zstd depmod:kmod strip:binutils \
        "/usr/lib/$(uname -m)-linux-gnu/libelf.so.1:libelf1"
    rm -rf "$folder" "$work"
    mkdir -p "$folder" "$work"

    # The source package names the version; image and headers of the same version belong to it.
    version=$(debian_newest bookworm '^linux-source-6\.12$' | awk 'NR == 1 {print $2}')
    [[ -n $version ]] || fail 2 "Debian 12 has no linux-source-6.12"
    release=$(debian_newest bookworm '^linux-image-6\.12[.0-9]*\+deb12-amd64$' |
        awk -v version="$version" '$2 == version {sub("linux-image-", "", $1); print $1}')
    [[ -n $release ]] || fail 2 "Debian 12 has no kernel image of linux-source-6.12's version, $version"
    headers=linux-headers-$release
    say "fetching Linux $release: image, headers, source"
    debian_packages bookworm "$work" "linux-image-$release" "$headers" "linux-headers-${release%-amd64}-common" \
        "linux-kbuild-${release%-amd64}" linux-source-6.12
    for package in "$work"/linux-{image,headers,kbuild}-*.deb; do dpkg-deb --extract "$package" "$work"; done

    say "building the modules gpio-sim and irq_sim"
    mkdir "$work/modules"
    dpkg-deb --fsys-tarfile "$work"/linux-source-6.12_*.deb |
        tar --extract --to-stdout ./usr/src/linux-source-6.12.tar.xz |
        tar --extract --xz --directory "$work/modules" --strip-components 3 \
            linux-source-6.12/{drivers/gpio/gpio-sim.c,kernel/irq/irq_sim.c}
    # As a module irq_sim cannot have handle_simple_irq; generic_handle_irq gets to the same place by the descriptor.
    sed -i 's/\<handle_simple_irq(irq_to_desc(irqnum))/generic_handle_irq(irqnum)/' "$work/modules/irq_sim.c"
    grep --quiet 'generic_handle_irq(irqnum)' "$work/modules/irq_sim.c" ||
        fail 2 "irq_sim.c of Linux $release is not as scripts/kernel-vm.d/kernel.sh expects it: change the edit there"
    sed -i 's/^#include <linux\/irq.h>/&\n#include <linux\/module.h>/' "$work/modules/irq_sim.c"
    echo 'MODULE_LICENSE("GPL");' >>"$work/modules/irq_sim.c"
    echo 'obj-m += irq_sim.o gpio-sim.o' >"$work/modules/Kbuild"
    # The headers' Makefile names the place where they would be installed.
    sed -i "s|^include /usr|include $work/usr|" "$work/usr/src/$headers/Makefile"
    make --directory "$work/usr/src/$headers" M="$work/modules" CONFIG_DEBUG_INFO_BTF_MODULES= modules \
        >"$work/make.log" 2>&1 || fail 2 "the modules do not compile: $(tail -n 20 "$work/make.log")"

    mv "$work/lib" "$folder/lib"
    rm -f "$folder/lib/modules/$release"/{build,source}
    mkdir "$folder/lib/modules/$release/updates"
    for module in irq_sim gpio-sim; do
        strip --strip-debug -o "$folder/lib/modules/$release/updates/$module.ko" "$work/modules/$module.ko"
    done
    PATH=$PATH:/usr/sbin:/sbin depmod --basedir "$folder" "$release"
    unpack_image "$work/boot/vmlinuz-$release" "$folder/kernel"
    echo "$release" >"$folder/version"
    rm -rf "$work"
}

# unpack_image VMLINUZ KERNEL: takes the kernel out of its self-unpacking image, because unpacking takes seconds where
# the processor is emulated. QEMU starts it by its PVH entry. Offsets: Documentation/arch/x86/boot.rst of Linux.
unpack_image() {
    local image=$1 kernel=$2 sectors start length
    sectors=$(od -An -tu1 -j497 -N1 "$image")
    start=$(((sectors + 1) * 512 + $(od -An -tu4 -j584 -N4 "$image")))
    # The last four bytes are the unpacked length.
    length=$(($(od -An -tu4 -j588 -N4 "$image") - 4))
    head --bytes $((start + length)) "$image" | tail --bytes "$length" | zstd --decompress --quiet >"$kernel" ||
        fail 2 "the kernel's image is not packed with zstd: scripts/kernel-vm.d/kernel.sh must learn how"
}
