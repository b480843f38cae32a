//! Coming in, going out, and one's own account.

pub(crate) mod departure;
pub(crate) mod email;
pub(crate) mod forgot;
pub(crate) mod identities;
pub(crate) mod login;
pub(crate) mod logout;
pub(crate) mod methods;
pub(crate) mod oauth;
pub(crate) mod password;
pub(crate) mod profile;
pub(crate) mod refresh;
pub(crate) mod register;
pub(crate) mod reset;
pub(crate) mod second_factor;
pub(crate) mod sessions;
pub(crate) mod ticket;
pub(crate) mod verify;
