//! Why a guest that keeps data in the frame pointer's register is refused: one that is forced past the check ends the
//! program, where the same without that lives on.

use cargo_rustgo::finding::Rule;

use super::{Linked, Shim, common, go};

#[test]
fn a_guest_forced_past_the_check_ends_the_program() {
    for (cfgs, name, refused) in [(&["bad"][..], "forced", true), (&[], "kept", false)] {
        let guest = Linked::file("guests/frame_pointer_in_panic.rs", cfgs, name);
        let is_refused = guest
            .analysis
            .findings
            .iter()
            .any(|finding| finding.rule == Rule::FramePointer);
        assert_eq!(is_refused, refused, "{:?}", guest.analysis.findings);
        let folder = tempfile::tempdir().unwrap();
        let shim = Shim {
            name: "superstitious",
            arguments: &["n"],
            returns: true,
        };
        guest.write_program(folder.path(), include_str!("frame_pointer.go.in"), &[shim]);
        let output = go(folder.path(), &["run", "."]).output().unwrap();
        let (out, err) = (common::text(&output.stdout), common::text(&output.stderr));
        if refused {
            // Go follows the register, and what it reads there is no address.
            assert!(!output.status.success() && out.is_empty(), "{out}{err}");
            assert!(
                err.contains("SIGSEGV") && err.contains("addr=0x7b7b7b83"),
                "{err}"
            );
            assert!(err.contains("runtime.fpTracebackPCs("), "{err}");
        } else {
            assert!(output.status.success() && out == "alive\n", "{out}{err}");
        }
    }
}
