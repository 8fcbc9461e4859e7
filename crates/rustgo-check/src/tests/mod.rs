//! Tests of the processor-independent part, with programs for a processor that has one instruction for each clause.

mod call_tree;
mod divergence;
mod explore;
mod fuel;
mod origins;
mod stack_bound;
mod summary;
mod table;
mod toy;
mod verdict;
