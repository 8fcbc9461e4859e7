//! Tests of the processor-independent part, by programs for a processor that has one instruction for each clause.

mod bound;
mod effort;
mod flow;
mod stops;
mod summary;
mod table;
mod toy;
mod tree;
mod verdict;
