//! Call trees and flame graphs.

use super::toy::Toy;
use crate::{Folded, Hidden, Node, Trees};

fn tree(program: &str) -> Node {
    let analysis = Toy::new(program).judge();
    Trees::of(&analysis, &analysis.entries[0])
        .expect("a bound")
        .tree()
}

fn folded(program: &str) -> Folded {
    let analysis = Toy::new(program).judge();
    Trees::of(&analysis, &analysis.entries[0])
        .expect("a bound")
        .folded()
}

/// Name, frame, total, children.
fn outline(node: &Node) -> String {
    let children: Vec<String> = node.children.iter().map(outline).collect();
    let hidden = match node.hidden {
        None => "",
        Some(Hidden::Above) => "^",
        Some(Hidden::Deep) => "...",
    };
    format!(
        "{} {}/{}{hidden}({})",
        node.function,
        node.frame,
        node.total,
        children.join(", ")
    )
}

const PROGRAM: &str = "export main: push 24; call f; call g; call f; pop 24; jmp h; f: push 40; call e; pop 40; ret; \
                       g: push 8; call e; pop 8; ret; h: ret; e: push 16; call d; pop 16; ret; d: ret";

#[test]
fn a_tree_has_each_callee_once_the_deepest_first() {
    assert_eq!(
        outline(&tree(PROGRAM)),
        "main 24/104(f 40/72(e 16/24(d 0/0())), g 8/40(e 16/24^()), h 0/0())"
    );
    assert_eq!(tree(PROGRAM).start, 0);
    // A leaf is shown every time it appears.
    assert_eq!(
        outline(&tree(
            "export main: push 8; call f; call g; pop 8; ret; f: jmp e; g: jmp e; e: ret"
        )),
        "main 8/16(f 0/0(e 0/0()), g 0/0(e 0/0()))"
    );
    // By how deep they reach, not by how much they take themselves.
    assert_eq!(
        outline(&tree(
            "export main: push 8; call f; push 64; call g; pop 72; ret; f: push 24; pop 24; ret; g: ret"
        )),
        "main 72/80(g 0/0(), f 24/24())"
    );
    assert!(
        Trees::of(
            &Toy::new("export main: lost").judge(),
            &Toy::new("export main: lost").judge().entries[0]
        )
        .is_none()
    );
}

#[test]
fn a_circle_of_jumps_ends_where_it_comes_round() {
    assert_eq!(
        outline(&tree(
            "export main: jz f; ret; f: push 8; pop 8; jz g; ret; g: jmp f"
        )),
        "main 0/8(f 8/8(g 0/8(f 8/8^())))"
    );
    let folded = folded("export main: jz f; ret; f: push 8; pop 8; jz g; ret; g: jmp f");
    assert_eq!(folded.lines, ["main 0", "main;f 8", "main;f;g 0"]);
    assert!(!folded.is_cut);
}

#[test]
fn a_flame_graph_has_every_path() {
    let folded = folded(PROGRAM);
    let mut lines = folded.lines.clone();
    lines.sort();
    assert_eq!(
        lines,
        [
            "main 24",
            "main;f 40",
            "main;f;e 16",
            "main;f;e;d 0",
            "main;g 8",
            "main;g;e 16",
            "main;g;e;d 0",
            "main;h 0"
        ]
    );
    assert!(!folded.is_cut);
}

#[test]
fn a_semicolon_in_a_name_is_no_separator() {
    let mut toy = Toy::new("export main: jmp f; f: ret");
    let edited = toy
        .image
        .edit(|image| image.functions[1].name = "[u8; 4]".to_owned());
    edited.unwrap();
    let analysis = toy.judge();
    let folded = Trees::of(&analysis, &analysis.entries[0]).unwrap().folded();
    assert_eq!(folded.lines, ["main 0", "main;[u8, 4] 0"]);
}

/// A chain of functions, each of which calls the next one `calls` times at different depths.
fn chain(count: usize) -> String {
    let mut program = "export f0: push 8; call f1; pop 8; ret".to_owned();
    for number in 1..count {
        program += &format!("; f{number}: push 8; call f{}; pop 8; ret", number + 1);
    }
    program + &format!("; f{count}: ret")
}

#[test]
fn a_tree_is_shown_200_calls_deep() {
    let depth = |mut node: &Node| {
        let mut depth = 0;
        while let Some(child) = node.children.first() {
            node = child;
            depth += 1;
        }
        (depth, node.hidden)
    };
    assert_eq!(depth(&tree(&chain(200))), (200, None));
    assert_eq!(depth(&tree(&chain(201))), (200, Some(Hidden::Deep)));
    let whole = folded(&chain(199));
    assert_eq!((whole.lines.len(), whole.is_cut), (200, false));
    let cut = folded(&chain(200));
    assert_eq!((cut.lines.len(), cut.is_cut), (200, true));
}

#[test]
fn a_flame_graph_has_20_000_paths_at_most() {
    // Each function calls two that call the next pair: 2^(n+1) - 1 paths.
    let program = |count: usize| {
        let mut program = "export m: jz a1; jmp b1".to_owned();
        for number in 1..count {
            let next = number + 1;
            program += &format!("; a{number}: jz a{next}; jmp b{next}; b{number}: jz a{next}; jmp b{next}");
        }
        program + &format!("; a{count}: ret; b{count}: ret")
    };
    let whole = folded(&program(13));
    assert_eq!((whole.lines.len(), whole.is_cut), ((1 << 14) - 1, false));
    let cut = folded(&program(14));
    assert_eq!((cut.lines.len(), cut.is_cut), (20_000, true));
}

#[test]
fn a_flame_graph_ends_when_its_text_is_long() {
    let mut toy = Toy::new("export main: push 8; call f; call g; pop 8; ret; f: push 8; pop 8; ret; g: ret");
    for (length, is_cut) in [(1 << 10, false), (16 << 20, true)] {
        toy.image
            .edit(|parts| parts.functions[0].name = "m".repeat(length))
            .unwrap();
        let analysis = toy.judge();
        let folded = Trees::of(&analysis, &analysis.entries[0]).unwrap().folded();
        assert_eq!(folded.is_cut, is_cut);
        assert_eq!(folded.lines.len(), if is_cut { 1 } else { 3 });
    }
}
