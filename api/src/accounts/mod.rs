//! What proves who somebody is: passwords, tokens, sessions, and letters to their address.

pub(crate) mod cookies;
pub(crate) mod device;
pub(crate) mod email;
pub(crate) mod mail;
pub(crate) mod name;
pub(crate) mod password;
pub(crate) mod proof;
pub(crate) mod registration;
pub(crate) mod second_factor;
pub(crate) mod secret;
pub(crate) mod sessions;
pub(crate) mod signer;
