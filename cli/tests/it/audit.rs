//! What only reads makes no installation, and no proof of one that is not there.

use anyhow::{Result, ensure};

use crate::support::{finish, folder_with, lathe, say};

/// S21: an empty log of nothing is no sound one.
#[test]
fn where_nothing_is_installed_nothing_is_made_and_nothing_is_well() -> Result<()> {
    let folder = folder_with(&[])?;
    for command in [
        &["audit", "verify"][..],
        &["audit", "list"],
        &["audit", "export"],
        &["secret", "list"],
        &["user", "list"],
    ] {
        let said = say(folder.path(), &[command, &["--data", "nowhere"]].concat())?;
        ensure!(said.code == 1, "{command:?}: {said:?}");
        let told = said.stderr.contains("nowhere") && said.stderr.contains("--data");
        ensure!(told, "{command:?}: {said:?}");
        ensure!(!folder.path().join("nowhere").exists(), "{command:?}");
    }
    Ok(())
}

/// A key that is made anew opens nothing of what was sealed with the one that is lost.
#[test]
fn a_master_key_that_is_gone_is_not_made_anew_by_what_only_reads() -> Result<()> {
    let folder = folder_with(&[])?;
    let with_file = |arguments: &[&str]| {
        let mut command = lathe(folder.path());
        finish(command.env_remove("LATHE_MASTER_KEY").args(arguments))
    };
    let made = with_file(&["variable", "set", "greeting", "hello"])?;
    ensure!(made.code == 0, "{made:?}");
    let sound = with_file(&["audit", "verify"])?;
    ensure!(sound.code == 0, "{sound:?}");
    ensure!(
        sound.stdout.contains("Keep this head elsewhere"),
        "{sound:?}"
    );
    let key = folder.path().join(".lathe/master.key");
    std::fs::remove_file(&key)?;
    let refused = with_file(&["audit", "verify"])?;
    ensure!(
        refused.code == 1 && refused.stderr.contains("master.key"),
        "{refused:?}"
    );
    ensure!(!key.exists(), "it was made anew");
    Ok(())
}
