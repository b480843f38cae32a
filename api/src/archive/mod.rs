//! A workspace as text files, one for each thing: written into an archive, and read from one.
//!
//! Reading and writing go by the same routes that everybody uses, in the name of who asks, so that an archive holds no more
//! than its reader may see, and brings in nothing that could not be made one by one.

mod check;
mod compare;
mod contents;
mod covers;
mod environments;
mod files;
mod inside;
mod kinds;
mod labels;
mod plan;
mod read;
mod workflows;

pub(crate) use compare::differences;
pub(crate) use files::{pack, unpack};
pub(crate) use inside::{FromWithin, Inside, InsideRouter};
pub(crate) use kinds::Kind;
pub use kinds::archive_kinds;
pub(crate) use plan::{Action, Import, Step, carry_out};
pub(crate) use read::{Only, whole};
