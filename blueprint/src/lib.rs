//! Data models and what they become: validation, change plans and the generated application.
