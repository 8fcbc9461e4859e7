//! The cases of one callee-saved register, the same on both processors.

use crate::case::{Case, case};

/// A function that loses a register, one that keeps it, one that keeps it on one way only, and one that loses it in a
/// function that it calls.
pub fn of_register(
    register: &str,
    lose: &str,
    save: &str,
    restore: &str,
    branch: &str,
    says: &str,
    ret: &str,
) -> Vec<Case> {
    let name = |what: &str| format!("{what}_{register}");
    vec![
        case(name("loses"), format!("{lose}\n{ret}"), Some(says)),
        case(name("keeps"), format!("{save}\n{lose}\n{restore}\n{ret}"), None),
        case(
            name("sometimes_keeps"),
            format!("{branch} 2f\n{lose}\n2: {ret}"),
            Some(says),
        ),
        case(
            name("restores_before_losing"),
            format!("{save}\n{restore}\n{lose}\n{ret}"),
            Some(says),
        ),
    ]
}
