//! What notifications and the letters about them say, in each language.

use super::{About, Change};
use crate::schemas::notification::NotificationKind;
use crate::schemas::settings::Language;

pub(super) fn title(
    kind: NotificationKind,
    about: &About,
    count: u32,
    language: Language,
) -> String {
    let name = &about.name;
    match (language, kind) {
        (Language::En, NotificationKind::RunFailed) if count == 1 => {
            format!("A run of {name} failed")
        }
        (Language::En, NotificationKind::RunFailed) => format!("{count} runs of {name} failed"),
        (Language::En, NotificationKind::Decision) if count == 1 => {
            format!("{name} waits for a decision")
        }
        (Language::En, NotificationKind::Decision) => {
            format!("{name} waited for {count} decisions")
        }
        (Language::En, NotificationKind::ScheduleFailed) => {
            format!("The schedule {name} could not begin its run")
        }
        (Language::En, NotificationKind::NewLogin) => {
            "Somebody logged in as you from a new address".to_owned()
        }
        (Language::En, NotificationKind::Membership) => match &about.change {
            Some(Change::Joined { person }) => format!("{person} joined {name}"),
            Some(Change::Role { role }) => format!("You are {role} in {name} now"),
            Some(Change::Removed) => format!("You do not belong to {name} any more"),
            None => format!("Something changed in {name}"),
        },
        (Language::De, NotificationKind::RunFailed) if count == 1 => {
            format!("Ein Lauf von {name} ist fehlgeschlagen")
        }
        (Language::De, NotificationKind::RunFailed) => {
            format!("{count} Läufe von {name} sind fehlgeschlagen")
        }
        (Language::De, NotificationKind::Decision) if count == 1 => {
            format!("{name} wartet auf eine Entscheidung")
        }
        (Language::De, NotificationKind::Decision) => {
            format!("{name} wartete auf {count} Entscheidungen")
        }
        (Language::De, NotificationKind::ScheduleFailed) => {
            format!("Der Zeitplan {name} konnte seinen Lauf nicht beginnen")
        }
        (Language::De, NotificationKind::NewLogin) => {
            "Jemand hat sich von einer neuen Adresse als Sie angemeldet".to_owned()
        }
        (Language::De, NotificationKind::Membership) => match &about.change {
            Some(Change::Joined { person }) => format!("{person} ist jetzt in {name}"),
            Some(Change::Role { role }) => format!("Sie sind jetzt {role} in {name}"),
            Some(Change::Removed) => format!("Sie gehören nicht mehr zu {name}"),
            None => format!("In {name} hat sich etwas geändert"),
        },
    }
}

/// The beginning of a letter.
pub(super) fn greeting(name: &str, language: Language) -> String {
    match language {
        Language::En => format!("Hello {name},"),
        Language::De => format!("Guten Tag {name},"),
    }
}

/// The end of a letter: how to have no more of them.
pub(super) fn farewell(settings: &str, language: Language) -> String {
    match language {
        Language::En => format!("What you are told by letter is set here: {settings}"),
        Language::De => format!("Worüber Sie Briefe bekommen, stellen Sie hier ein: {settings}"),
    }
}

pub(super) fn and_more(count: usize, language: Language) -> String {
    match language {
        Language::En => format!("and {count} more"),
        Language::De => format!("und {count} weitere"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_words_in_every_language() {
        let about = About {
            name: "nightly".to_owned(),
            ..About::default()
        };
        for kind in NotificationKind::ALL {
            let [english, german] =
                [Language::En, Language::De].map(|language| title(kind, &about, 3, language));
            assert!(!english.is_empty() && english != german, "{kind:?}");
        }
    }
}
