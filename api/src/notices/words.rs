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
        (Language::En, NotificationKind::WebhookDisabled) => {
            format!("The outgoing webhook {name} was disabled")
        }
        (Language::En, NotificationKind::NewLogin) => {
            "Somebody logged in as you from a new address".to_owned()
        }
        (Language::En, NotificationKind::Membership) => match &about.change {
            Some(Change::Invited { role }) if about.link.is_some() => {
                format!("You are invited to {name} as {role}")
            }
            Some(Change::Invited { role }) => {
                format!("You are invited to {name} as {role}: open the link of the invitation")
            }
            Some(Change::Joined { person }) => format!("{person} joined {name}"),
            Some(Change::Role { role }) => format!("You are {role} in {name} now"),
            Some(Change::Removed) => format!("You do not belong to {name} any more"),
            _ => format!("Something changed in {name}"),
        },
        (_, NotificationKind::AccountChanged) => account(about, language),
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
        (Language::De, NotificationKind::WebhookDisabled) => {
            format!("Der ausgehende Webhook {name} wurde abgeschaltet")
        }
        (Language::De, NotificationKind::NewLogin) => {
            "Jemand hat sich von einer neuen Adresse als Sie angemeldet".to_owned()
        }
        (Language::De, NotificationKind::Membership) => match &about.change {
            Some(Change::Invited { role }) if about.link.is_some() => {
                format!("Sie sind als {role} zu {name} eingeladen")
            }
            Some(Change::Invited { role }) => {
                format!(
                    "Sie sind als {role} zu {name} eingeladen: öffnen Sie den Link der Einladung"
                )
            }
            Some(Change::Joined { person }) => format!("{person} ist jetzt in {name}"),
            Some(Change::Role { role }) => format!("Sie sind jetzt {role} in {name}"),
            Some(Change::Removed) => format!("Sie gehören nicht mehr zu {name}"),
            _ => format!("In {name} hat sich etwas geändert"),
        },
    }
}

/// What became of somebody's account.
fn account(about: &About, language: Language) -> String {
    let name = &about.name;
    match (language, &about.change) {
        (Language::En, Some(Change::PasswordSet)) => "Your password was changed".to_owned(),
        (Language::En, Some(Change::SecondFactorSet)) => {
            "A second factor was set up for your account".to_owned()
        }
        (Language::En, Some(Change::SecondFactorRemoved)) => {
            "The second factor of your account was removed".to_owned()
        }
        (Language::En, Some(Change::SecondFactorGuessed)) => {
            "Somebody who can log in as you up to the second factor tries codes of it".to_owned()
        }
        (Language::En, Some(Change::TokenMade)) => {
            format!("The API token {name} was made in your name")
        }
        (Language::En, _) => "Something changed in your account".to_owned(),
        (Language::De, Some(Change::PasswordSet)) => "Ihr Passwort wurde geändert".to_owned(),
        (Language::De, Some(Change::SecondFactorSet)) => {
            "Für Ihr Konto wurde ein zweiter Faktor eingerichtet".to_owned()
        }
        (Language::De, Some(Change::SecondFactorRemoved)) => {
            "Der zweite Faktor Ihres Kontos wurde entfernt".to_owned()
        }
        (Language::De, Some(Change::SecondFactorGuessed)) => {
            "Jemand kommt bei Ihrem Konto bis zum zweiten Faktor und probiert Codes".to_owned()
        }
        (Language::De, Some(Change::TokenMade)) => {
            format!("Das API-Token {name} wurde in Ihrem Namen ausgestellt")
        }
        (Language::De, _) => "In Ihrem Konto hat sich etwas geändert".to_owned(),
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
