//! `--emit`: the files of a plan are what they are said to be, and what they deploy is accepted.

mod edits;
mod folder;
mod goldens;
mod prove;
mod random;
mod script;

pub(crate) use prove::Change;
