//! The permission table: what there is to be permitted, and which roles have it.

/// Roles that every workspace has. A workspace may have others, made of the same permissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Viewer,
    Operator,
    Editor,
    Admin,
    Owner,
}

macro_rules! table {
    ($($name:literal: $($role:ident)*;)*) => {
        /// Every permission, as `resource:action`, with the roles that have it.
        const TABLE: &[(&str, &[Role])] = &[$(($name, &[$(Role::$role),*])),*];
    };
}

table! {
    "nodes:read":           Viewer Operator Editor Admin Owner;
    "models:read":          Viewer Operator Editor Admin Owner;
    "models:write":                         Editor Admin Owner;
    "applications:read":    Viewer Operator Editor Admin Owner;
    "applications:write":                   Editor Admin Owner;
    "applications:deploy":         Operator Editor Admin Owner;
    "prompts:read":         Viewer Operator Editor Admin Owner;
    "prompts:write":                        Editor Admin Owner;
    "files:read":           Viewer Operator Editor Admin Owner;
    "files:write":                          Editor Admin Owner;
    "files:delete":                         Editor Admin Owner;
    "workflows:read":       Viewer Operator Editor Admin Owner;
    "workflows:write":                      Editor Admin Owner;
    "workflows:publish":           Operator Editor Admin Owner;
    "workflows:run":               Operator Editor Admin Owner;
    "secrets:read":         Viewer Operator Editor Admin Owner;
    "secrets:write":                        Editor Admin Owner;
    "variables:read":       Viewer Operator Editor Admin Owner;
    "variables:write":                      Editor Admin Owner;
    "schedules:read":       Viewer Operator Editor Admin Owner;
    // Schedules and webhooks begin runs: making one, enabling one, and changing more of one than its name take `workflows:run`
    // besides (`Scoped::begins_runs`), so that no token begins in this way what it may not begin at once.
    "schedules:write":                      Editor Admin Owner;
    // The address of a webhook lets whoever has it begin runs, as operators may.
    "webhooks:read":               Operator Editor Admin Owner;
    "webhooks:write":                       Editor Admin Owner;
    // Where it goes may be a secret of the system that it goes to.
    "outgoing_webhooks:read":      Operator Editor Admin Owner;
    "outgoing_webhooks:write":              Editor Admin Owner;
    "executions:read":      Viewer Operator Editor Admin Owner;
    "executions:control":          Operator Editor Admin Owner;
    "waits:read":           Viewer Operator Editor Admin Owner;
    "waits:answer":                Operator Editor Admin Owner;
    "audit:read":                                  Admin Owner;
    "members:read":         Viewer Operator Editor Admin Owner;
    "members:write":                               Admin Owner;
    "tokens:write":         Viewer Operator Editor Admin Owner;
    "tokens:manage":                               Admin Owner;
    "workspace:read":       Viewer Operator Editor Admin Owner;
    "workspace:write":                             Admin Owner;
    // Each thing in an archive takes its own permission besides.
    "workspace:export":                      Editor Admin Owner;
    "workspace:import":                      Editor Admin Owner;
    "workspace:delete":                                  Owner;
    // For who operates the installation, whatever their role in a workspace.
    "server:admin":         ;
}

/// What belongs to the installation, and to no workspace.
pub(crate) const SERVER_ADMIN: &str = "server:admin";

impl Role {
    pub(crate) const ALL: [Self; 5] = [
        Self::Viewer,
        Self::Operator,
        Self::Editor,
        Self::Admin,
        Self::Owner,
    ];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Operator => "operator",
            Self::Editor => "editor",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }

    pub(crate) fn permissions(self) -> Permissions {
        let granted = |(_, roles): &(&str, &[Self])| roles.contains(&self);
        let bits = TABLE.iter().enumerate().filter(|(_, row)| granted(row));
        Permissions(bits.fold(0, |set, (bit, _)| set | 1 << bit))
    }
}

/// A set of permissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Permissions(u64);

impl Permissions {
    /// Everything that a role can give.
    pub(crate) fn all_of_a_workspace() -> Self {
        Role::Owner.permissions()
    }

    /// One permission by its name; `None` when there is no such.
    pub(crate) fn one(name: &str) -> Option<Self> {
        let bit = TABLE.iter().position(|(known, _)| *known == name)?;
        Some(Self(1 << bit))
    }

    /// Those with these names; the first name that is none.
    pub(crate) fn named<'n>(names: impl IntoIterator<Item = &'n str>) -> Result<Self, &'n str> {
        let mut set = Self::default();
        for name in names {
            set = set.union(Self::one(name).ok_or(name)?);
        }
        Ok(set)
    }

    pub(crate) fn names(self) -> impl Iterator<Item = &'static str> {
        let rows = TABLE.iter().enumerate();
        rows.filter(move |(bit, _)| self.0 & 1 << bit != 0)
            .map(|(_, (name, _))| *name)
    }

    pub(crate) fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    #[must_use]
    pub(crate) fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    #[must_use]
    pub(crate) fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_is_there_once_and_each_role_has_no_less_than_reading() {
        for (at, (name, _)) in TABLE.iter().enumerate() {
            let first = TABLE.iter().position(|(other, _)| other == name);
            assert_eq!(first, Some(at), "{name}");
            assert!(name.split_once(':').is_some(), "{name}");
        }
        assert!(TABLE.len() <= 64);
        for role in Role::ALL {
            assert!(role.permissions().contains(Role::Viewer.permissions()));
            assert!(Role::Owner.permissions().contains(role.permissions()));
            assert_eq!(Role::named(role.as_str()), Some(role));
        }
        let server = Permissions::one(SERVER_ADMIN).unwrap();
        assert!(!Role::Owner.permissions().contains(server));
    }

    #[test]
    fn whoever_keeps_what_begins_runs_may_run() {
        let run = Permissions::one("workflows:run").unwrap();
        for role in Role::ALL {
            for name in ["schedules:write", "webhooks:write"] {
                let held = role.permissions();
                let keeps = held.contains(Permissions::one(name).unwrap());
                assert!(!keeps || held.contains(run), "{role:?} {name}");
            }
        }
    }

    #[test]
    fn an_operator_runs_and_changes_nothing() {
        let operator = Role::Operator.permissions();
        let names: Vec<&str> = operator.names().collect();
        assert!(names.contains(&"workflows:run"));
        assert!(
            !names
                .iter()
                .any(|name| name.ends_with("s:write") && *name != "tokens:write")
        );
        assert_eq!(Permissions::named(names.iter().copied()), Ok(operator));
        assert_eq!(Permissions::named(["models:read", "x"]), Err("x"));
    }
}
