//! Reads from the linker's map which pieces of code it kept.

use super::error::{Error, Result};

/// A section of an input object that the linker kept.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct InputSection {
    /// The object or archive member that it comes from.
    pub member: String,
    /// Its name in that object.
    pub name: String,
}

/// The code sections that the linker kept, in the order of their addresses, without duplicates.
pub fn code_sections(map: &str) -> Result<Vec<InputSection>> {
    let mut sections: Vec<InputSection> = Vec::new();
    for line in map.lines() {
        // `VMA LMA Size Align Out In Symbol`: an input section is written `file(member):(name)` or `file:(name)`.
        let Some((file, name)) = line.strip_suffix(')').and_then(|line| line.rsplit_once(":(")) else {
            continue;
        };
        if name != ".text" && !name.starts_with(".text.") {
            continue;
        }
        let file = file.rsplit(['/', ' ']).next().unwrap_or(file);
        let member = match file.strip_suffix(')').and_then(|file| file.rsplit_once('(')) {
            Some((_, member)) => member,
            None => file,
        };
        if member.contains(['"', '*', '?', '[', '(', ')']) || name.contains('"') {
            return Err(Error::Unnameable {
                section: name.to_owned(),
                member: member.to_owned(),
            });
        }
        let section = InputSection {
            member: member.to_owned(),
            name: name.to_owned(),
        };
        if !sections.contains(&section) {
            sections.push(section);
        }
    }
    Ok(sections)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_and_lone_objects_are_named() {
        let map = "\
             VMA              LMA     Size Align Out     In      Symbol
               0                0     a020    16 .image
               0                0        a    16         some folder/libg.a(g.0.rcgu.o):(.text.increment)
               0                0        a     1                 increment
              10               10        e    16         /x/extra.o:(.text)
              20               20        e    16         /x/extra.o:(.rodata)
";
        let section = |member: &str, name: &str| InputSection {
            member: member.into(),
            name: name.into(),
        };
        assert_eq!(
            code_sections(map).unwrap(),
            [
                section("g.0.rcgu.o", ".text.increment"),
                section("extra.o", ".text")
            ]
        );
    }

    fn line(rest: &str) -> String {
        format!("               0                0       10    16         {rest}")
    }

    fn read(lines: &[&str]) -> Vec<(String, String)> {
        let lines: Vec<_> = lines.iter().map(|rest| line(rest)).collect();
        let sections = code_sections(&lines.join("\n")).unwrap();
        sections
            .into_iter()
            .map(|section| (section.member, section.name))
            .collect()
    }

    #[test]
    fn only_code_counts() {
        let names = |name: &str| read(&[&format!("/x/a.o:({name})")]).len();
        for code in [".text", ".text.f", ".text.", ".text.unlikely.f"] {
            assert_eq!(names(code), 1, "{code}");
        }
        for other in [
            ".textual",
            ".rodata.text",
            ".data",
            "text",
            ".init.text",
            ".tex",
            "",
        ] {
            assert_eq!(names(other), 0, "{other}");
        }
        assert_eq!(read(&["f", ".image", "/x/a.o:(.text", "/x/a.o(.text)"]), []);
    }

    #[test]
    fn each_section_is_named_once_in_order() {
        let told = read(&[
            "/x/liba.a(b.o):(.text.g)",
            "/x/a.o:(.text.f)",
            "/x/liba.a(b.o):(.text.g)",
            "/x/liba.a(b.o):(.text.f)",
        ]);
        let expected = [("b.o", ".text.g"), ("a.o", ".text.f"), ("b.o", ".text.f")];
        assert_eq!(
            told,
            expected.map(|(member, name)| (member.to_owned(), name.to_owned()))
        );
    }

    #[test]
    fn what_a_script_can_not_name_is_refused() {
        for member in [
            "a\"b.o",
            "a*.o",
            "a?.o",
            "a[b.o",
            "a(b.o",
            "a)b.o",
            "liba.a(b*.o)",
            "liba.a(b).o)",
        ] {
            let error = code_sections(&line(&format!("/x/{member}:(.text.f)"))).unwrap_err();
            assert!(
                error
                    .to_string()
                    .contains("the linker script can't name section .text.f of"),
                "{error}"
            );
        }
        let error = code_sections(&line("/x/a.o:(.text.\"f)"))
            .unwrap_err()
            .to_string();
        assert_eq!(error, "the linker script can't name section .text.\"f of a.o");
        // Sections that are not code don't matter.
        assert_eq!(code_sections(&line("/x/a*.o:(.rodata)")).unwrap(), []);
    }
}
