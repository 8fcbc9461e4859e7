//! A directed graph and its strongly connected components.

use std::collections::BTreeMap;

/// A directed graph. It may have several edges between two nodes: they don't change components, and to look for them at
/// each new edge would take time quadratic in the number of a function's calls.
#[derive(Clone, Debug)]
pub struct Graph<N> {
    numbers: BTreeMap<N, usize>,
    nodes: Vec<N>,
    /// The successors of each node, in the order in which they were added.
    successors: Vec<Vec<usize>>,
}

impl<N> Default for Graph<N> {
    fn default() -> Self {
        Self {
            numbers: BTreeMap::new(),
            nodes: Vec::new(),
            successors: Vec::new(),
        }
    }
}

/// A node that the search for components has entered.
#[derive(Clone, Copy)]
struct Entered {
    /// The number of nodes that were entered before it.
    index: usize,
    /// The smallest index known to be reachable from the node within its component.
    low: usize,
    /// Whether its component is still incomplete.
    is_open: bool,
}

impl<N: Copy + Ord> Graph<N> {
    /// Adds a node if it is missing.
    pub fn add_node(&mut self, node: N) -> usize {
        *self.numbers.entry(node).or_insert_with(|| {
            self.nodes.push(node);
            self.successors.push(Vec::new());
            self.nodes.len() - 1
        })
    }

    /// Adds an edge, and its end nodes if they are missing.
    pub fn add_edge(&mut self, from: N, to: N) {
        let (from, to) = (self.add_node(from), self.add_node(to));
        self.successors[from].push(to);
    }

    /// All nodes, in the order in which they were added.
    pub fn nodes(&self) -> impl Iterator<Item = N> {
        self.nodes.iter().copied()
    }

    /// The strongly connected components: a component comes after all components that its nodes have edges to.
    ///
    /// This is Tarjan's algorithm (SIAM J. Comput. 1, 1972) with a stack of its own, as call graphs may be deep.
    pub fn components(&self) -> Vec<Vec<N>> {
        let mut entered: Vec<Option<Entered>> = vec![None; self.nodes.len()];
        let mut count = 0;
        let mut open: Vec<usize> = Vec::new();
        let mut components = Vec::new();
        for root in 0..self.nodes.len() {
            if entered[root].is_some() {
                continue;
            }
            // A node, and the number of its successors that have been visited.
            let mut path = vec![(root, 0)];
            while let Some((node, next)) = path.last_mut() {
                let node = *node;
                let here = *entered[node].get_or_insert_with(|| {
                    open.push(node);
                    count += 1;
                    Entered {
                        index: count - 1,
                        low: count - 1,
                        is_open: true,
                    }
                });
                if let Some(&successor) = self.successors[node].get(*next) {
                    *next += 1;
                    match entered[successor] {
                        None => path.push((successor, 0)),
                        Some(there) if there.is_open => lower(&mut entered[node], there.index),
                        Some(_) => {}
                    }
                    continue;
                }
                path.pop();
                if let Some((predecessor, _)) = path.last() {
                    lower(&mut entered[*predecessor], here.low);
                }
                if here.low == here.index {
                    let start = open.iter().rposition(|&other| other == node).unwrap_or(0);
                    let component = open.split_off(start);
                    for &member in &component {
                        if let Some(member) = &mut entered[member] {
                            member.is_open = false;
                        }
                    }
                    components.push(component.into_iter().map(|member| self.nodes[member]).collect());
                }
            }
        }
        components
    }
}

fn lower(node: &mut Option<Entered>, index: usize) {
    if let Some(node) = node {
        node.low = node.low.min(index);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn graph(nodes: u64, edges: &[(u64, u64)]) -> Graph<u64> {
        let mut graph = Graph::default();
        for node in 0..nodes {
            graph.add_node(node);
        }
        for &(from, to) in edges {
            graph.add_edge(from, to);
        }
        graph
    }

    fn sorted(graph: &Graph<u64>) -> Vec<Vec<u64>> {
        let mut components = graph.components();
        components.iter_mut().for_each(|component| component.sort());
        components
    }

    #[test]
    fn callees_come_before_their_callers() {
        let graph = graph(6, &[(0, 1), (1, 2), (2, 1), (2, 3), (4, 4), (5, 0)]);
        assert_eq!(sorted(&graph), [vec![3], vec![1, 2], vec![0], vec![4], vec![5]]);
    }

    /// An edge to a complete component says nothing about the open one.
    #[test]
    fn an_edge_across_joins_nothing() {
        let graph = graph(4, &[(0, 1), (0, 2), (2, 1), (2, 3), (3, 0), (1, 1)]);
        assert_eq!(sorted(&graph), [vec![1], vec![0, 2, 3]]);
    }

    #[test]
    fn a_long_path_takes_no_recursion() {
        let edges: Vec<_> = (0..200_000).map(|node| (node, node + 1)).collect();
        assert_eq!(graph(0, &edges).components().len(), 200_001);
    }

    #[test]
    fn a_node_may_have_many_successors() {
        let edges: Vec<_> = (1..=200_000).map(|node| (0, node)).collect();
        assert_eq!(graph(0, &edges).components().len(), 200_001);
    }

    /// Every graph of four nodes, compared with a definition of components that is too slow for any other use.
    #[test]
    fn small_graphs_are_taken_apart() {
        const N: u64 = 4;
        for bits in 0..1u32 << (N * N) {
            let edges: Vec<(u64, u64)> = (0..N * N)
                .filter(|edge| bits >> edge & 1 == 1)
                .map(|edge| (edge / N, edge % N))
                .collect();
            let mut reaches = [[false; N as usize]; N as usize];
            for &(from, to) in &edges {
                reaches[from as usize][to as usize] = true;
            }
            for via in 0..N as usize {
                for from in 0..N as usize {
                    for to in 0..N as usize {
                        reaches[from][to] |= reaches[from][via] && reaches[via][to];
                    }
                }
            }
            let components = graph(N, &edges).components();
            let all: BTreeSet<u64> = components.iter().flatten().copied().collect();
            assert_eq!(
                (all.len(), components.iter().flatten().count()),
                (4, 4),
                "{edges:?}"
            );
            let place = |node: usize| {
                components
                    .iter()
                    .position(|component| component.contains(&(node as u64)))
            };
            for (from, row) in reaches.iter().enumerate() {
                for (to, &is_reached) in row.iter().enumerate() {
                    let together = from == to || is_reached && reaches[to][from];
                    assert_eq!(place(from) == place(to), together, "{edges:?}");
                    assert!(!is_reached || place(to) <= place(from), "{edges:?}");
                }
            }
        }
    }
}
