//! Addresses of the image that reach a store through calls.

use super::toy::Toy;

const HAS: &str = "has `store` store into the image";

#[test]
fn a_callee_stores_through_its_callers_address() {
    for (program, at, says) in [
        (
            "export main: set 1 64; push 8; call store; pop 8; ret; store: store 1; ret",
            "main+8",
            HAS,
        ),
        (
            "export main: set 1 64; jmp store; store: store 1; ret",
            "main+4",
            HAS,
        ),
        // Through another function, which passes it on in another register, by a call or by a jump.
        (
            "export main: set 2 64; push 8; call f; pop 8; ret; f: copy 1 2; push 8; call g; pop 8; ret; g: store 1; ret",
            "main+8",
            "has `f` store into the image",
        ),
        (
            "export main: set 2 64; push 8; call f; pop 8; ret; f: copy 1 2; jmp g; g: store 1; ret",
            "main+8",
            "has `f` store into the image",
        ),
        // One of several.
        (
            "export main: set 1 64; push 8; call nothing store; pop 8; ret; nothing: ret; store: store 1; ret",
            "main+8",
            HAS,
        ),
        // On one of two paths.
        (
            "export main: jz .x; set 1 64; .x: push 8; call store; pop 8; ret; store: store 1; ret",
            "main+12",
            HAS,
        ),
        // A callee that is known to store only after the call was followed.
        (
            "export main: set 1 64; push 8; call store; pop 8; ret; store: jz late; ret; late: push 8; call g; pop 8; \
             store 1; ret; g: ret",
            "main+8",
            HAS,
        ),
        // The value that a callee returns.
        (
            "export main: set 2 64; push 8; call f; store 1; pop 8; ret; f: copy 1 2; ret",
            "main+12",
            "stores into the image at 12",
        ),
        (
            "export main: set 2 64; push 8; call f; store 1; pop 8; ret; f: jmp g; g: copy 1 2; ret",
            "main+12",
            "stores into the image at 12",
        ),
        (
            "export main: set 2 64; push 8; call f g; store 1; pop 8; ret; f: copy 1 2; ret; g: lose 1; ret",
            "main+12",
            "stores into the image at 12",
        ),
        (
            "export main: save 3; set 3 64; call f; store 3; restore 3; ret; f: ret",
            "main+12",
            "stores into the image at 12",
        ),
    ] {
        let (program, says) = (Toy::new(program), says.to_owned());
        program.assert_findings(&[(at, &says)]);
    }
}

#[test]
fn other_addresses_may_be_stored_through() {
    for program in [
        "export main: push 8; call store; pop 8; ret; store: store 1; ret",
        "export main: set 2 64; push 8; call store; pop 8; ret; store: store 1; ret",
        "export main: set 1 64; push 8; call read; pop 8; ret; read: copy 2 1; ret",
        "export main: set 1 64; push 8; lose 1; call store; pop 8; ret; store: store 1; ret",
        "export main: set 1 64; push 8; call f; store 1; pop 8; ret; f: copy 1 2; ret",
        // A host import keeps no pointer, and writes to no constant.
        "import host; export main: set 1 64; push 8; call host; store 1; pop 8; ret",
        // A callee that does not return stores nothing afterwards.
        "export main: set 1 64; push 8; call never; never: trap; store 1; ret",
    ] {
        Toy::new(program).assert_findings(&[]);
    }
}
