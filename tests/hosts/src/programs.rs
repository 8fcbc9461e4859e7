//! The system's programs that hosts and tests need, and the names of their packages in package managers.

/// The names of a program's packages, separated by spaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Packages {
    /// On Debian and Ubuntu.
    pub apt: &'static str,
    /// On Fedora.
    pub dnf: &'static str,
    /// On Arch.
    pub pacman: &'static str,
    /// On macOS, by Homebrew.
    pub brew: &'static str,
}

impl Packages {
    const fn all(name: &'static str) -> Self {
        Self {
            apt: name,
            dnf: name,
            pacman: name,
            brew: name,
        }
    }
}

/// The packages that contain a program.
pub fn packages(program: &str) -> Option<Packages> {
    Some(match program {
        "addr2line" | "ar" | "ld" | "nm" | "objcopy" | "objdump" | "readelf" => Packages::all("binutils"),
        "cc" | "gcc" => Packages {
            apt: "gcc libc6-dev",
            dnf: "gcc glibc-devel glibc-static",
            ..Packages::all("gcc")
        },
        "c++" | "g++" => Packages {
            apt: "g++",
            dnf: "gcc-c++",
            ..Packages::all("gcc")
        },
        "clang" | "clang++" => Packages {
            brew: "llvm",
            ..Packages::all("clang")
        },
        "libclang-rt" => Packages {
            apt: "clang libclang-rt-dev",
            brew: "llvm",
            ..Packages::all("clang compiler-rt")
        },
        "gdb" => Packages::all("gdb"),
        "nasm" => Packages::all("nasm"),
        "pkg-config" => Packages {
            apt: "pkg-config",
            dnf: "pkgconf-pkg-config",
            ..Packages::all("pkgconf")
        },
        "python3" => Packages {
            pacman: "python-pip",
            brew: "python",
            ..Packages::all("python3-pip")
        },
        "qemu-aarch64" | "qemu-x86_64" => Packages::all("qemu-user"),
        "qemu-system-i386" => Packages {
            pacman: "qemu-system-x86",
            brew: "qemu",
            ..Packages::all("qemu-system-x86")
        },
        "xxd" => Packages {
            dnf: "vim-common",
            pacman: "tinyxxd",
            brew: "vim",
            ..Packages::all("xxd")
        },
        "wine" => Packages {
            brew: "wine-stable",
            ..Packages::all("wine")
        },
        "valgrind" => Packages::all("valgrind"),
        _ => return None,
    })
}
