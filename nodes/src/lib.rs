//! The catalogue of node kinds, one file each.
