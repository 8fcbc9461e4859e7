//! Compares the table and the text of instructions with disarm64.

mod definitions;
mod generate;
mod same;
mod text;
