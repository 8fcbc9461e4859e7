//! C: the header that declares an image's exports, and the spelling of names and types that other emitters share.

pub(crate) mod comment;
pub mod header;
pub mod reserved;
mod structs;
pub(crate) mod types;
