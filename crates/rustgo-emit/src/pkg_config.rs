//! The pkg-config file, which finds the header and the archive wherever their folder is.

use super::Origin;

/// The file's text, for an archive in `lib/PLATFORM` of a folder, with this file in `lib/PLATFORM/pkgconfig`.
pub fn write(origin: &Origin, platform: &str) -> String {
    format!(
        "# {}\nprefix=${{pcfiledir}}/../../..\nincludedir=${{prefix}}/include\nlibdir=${{prefix}}/lib/{platform}\n\n\
         Name: {name}\nDescription: {}\nVersion: {}\nCflags: -I${{includedir}}\nLibs: -L${{libdir}} -l{name}\n",
        origin.line(),
        // One line, and `$` starts a variable.
        origin
            .description
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .replace('$', "$$"),
        origin.stamp.version,
        name = origin.identifier()
    )
}
