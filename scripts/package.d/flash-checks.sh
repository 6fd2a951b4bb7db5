# shellcheck shell=bash disable=SC2016,SC2034,SC2154
# The checks of scripts/flash in scripts/test-package: the container is the Pi.
#
# Sourced after checks.sh, never run.

FLASH_CHECKS=(serves_ssh flash_says_what_it_will_do flash_installs flash_names_what_is_in_the_way)

# flash ARGUMENT...: scripts/flash on the container, without a terminal; its exit code in $code, its words in $said.
flash() {
    code=0
    said=$(scripts/flash --ssh-config "$TRIAL/ssh_config" trial "$@" </dev/null 2>&1) || code=$?
}

# serves_ssh: the container gets an ssh server for this trial alone, and a user as on a Pi.
serves_ssh() {
    local port=20022 deadline
    needs_systemd
    while (: <>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((port + 1)); done
    rm -f "$TRIAL"/key*
    ssh-keygen -q -t ed25519 -N '' -f "$TRIAL/key"
    cat >"$TRIAL/ssh_config" <<END
Host trial
    HostName 127.0.0.1
    Port $port
    User pi
    IdentityFile $TRIAL/key
    IdentitiesOnly yes
    BatchMode yes
    UserKnownHostsFile $TRIAL/known_hosts
    StrictHostKeyChecking accept-new
    LogLevel ERROR
END
    inside mkdir -p /etc/ssh/sshd_config.d
    inside bash -euc 'printf "Port %s\nListenAddress 127.0.0.1\nPasswordAuthentication no\n" "$1" >/etc/ssh/sshd_config.d/trial.conf
        apt-get install --yes --quiet=2 --no-install-recommends --option Dpkg::Use-Pty=0 openssh-server sudo
        useradd --create-home --shell /bin/bash pi
        echo "pi ALL=(ALL) NOPASSWD: ALL" >/etc/sudoers.d/pi
        install -d -o pi -g pi -m 700 ~pi/.ssh
        install -o pi -g pi -m 600 /dev/stdin ~pi/.ssh/authorized_keys' serve "$port" <"$TRIAL/key.pub"
    deadline=$((SECONDS + 20))
    until ssh -F "$TRIAL/ssh_config" trial true; do
        [[ $SECONDS -lt $deadline ]] || wrong "no ssh after 20 s"
        sleep 0.5
    done
}

flash_says_what_it_will_do() {
    local code said
    needs_systemd
    flash --package "$package" --dry-run
    echo "$said"
    [[ $code == 0 ]] || wrong "exit code $code"
    [[ $said == *"1. copy:"* && $said == *"apt-get install"* && $said == *"systemctl enable"* ]] || wrong "no plan"
    ! inside dpkg-query --show bolthole 2>/dev/null || wrong "a dry run installed it"
    [[ ! -e $TRIAL/root/usr/bin/boltholed ]] || wrong "a dry run installed it"
}

# flash_installs: all the way, to the service that says why it cannot run here.
flash_installs() {
    local code said
    needs_systemd
    flash --package "$package"
    echo "$said"
    [[ $code == 2 && $said == *--yes* ]] || wrong "without a terminal and without --yes: exit code $code"
    flash --package "$package" --yes
    echo "$said"
    inside dpkg --verify bolthole
    [[ $(inside systemctl is-enabled boltholed) == enabled ]] || wrong "the unit is not enabled"
    [[ $code == 1 && $said == *"no GPIO chip"* ]] || wrong "exit code $code, or no word of GPIO"
    # And once more, as an upgrade.
    flash --package "$TRIAL/next.deb" --yes
    [[ $code == 1 && $said == *"in place of"* ]] || wrong "again: exit code $code: $said"
}

# expect CODE WORDS: what scripts/flash said last.
expect() {
    printf '%s\n\n' "$said"
    [[ $code == "$1" && $said == *"$2"* ]] || wrong "exit code $code instead of $1, or no word of '$2'"
}

flash_names_what_is_in_the_way() {
    local code said
    needs_systemd
    flash --build there --yes
    expect 2 "no Swift"

    inside bash -c 'printf "#!/bin/sh\necho armhf\n" >/usr/local/bin/dpkg; chmod +x /usr/local/bin/dpkg'
    flash --yes
    expect 2 "wrong architecture"
    inside rm /usr/local/bin/dpkg

    inside cp -a --dereference /etc/os-release /var/tmp/os-release
    inside sed -i --follow-symlinks 's/^VERSION_CODENAME=.*/VERSION_CODENAME=bullseye/' /etc/os-release
    flash --yes
    expect 2 "too old"
    inside cp --no-dereference /var/tmp/os-release /usr/lib/os-release

    inside chmod 000 /etc/sudoers.d/pi
    inside mv /etc/sudoers.d/pi /var/tmp/pi
    flash --yes
    [[ $code == 2 && $said == *sudo* ]] || wrong "without a right to sudo: exit code $code: $said"
    inside mv /usr/bin/sudo /usr/bin/sudo.away
    flash --yes
    expect 2 "no sudo"
    inside mv /usr/bin/sudo.away /usr/bin/sudo

    inside systemctl stop ssh.service ssh.socket
    flash --yes
    expect 2 "cannot be reached"
}
