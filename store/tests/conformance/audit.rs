//! S21: whatever is done to the audit log behind the store's back shows, also after further entries.

use serde_json::json;
use store::{
    Admission, AuditFilter, AuditVerdict, KeySource, NewAuditEntry, NewUser, Paging, Store,
};

use crate::on_every_database;
use crate::stand::Stand;

on_every_database!(
    what_was_never_written_shows,
    what_is_no_entry_shows_and_hides_no_other,
    a_cut_tail_shows_after_further_entries,
    accounts_without_entries_show,
    a_log_that_was_cleared_away_shows_after_further_entries,
    a_number_with_none_after_it_stops_nothing,
    an_entry_waits_for_who_can_read_the_end,
    entries_are_found_by_who_what_and_when,
    letters_beyond_ascii_are_found_as_they_are_written,
);

const COLUMNS: &str = "workspace_id, at, actor, action, resource, address, status, after, hash";

pub(crate) fn numbered(n: usize) -> NewAuditEntry {
    NewAuditEntry {
        workspace_id: None,
        actor: json!({"via": "machine"}),
        action: "create_prompt".to_owned(),
        resource: format!("/api/prompts/{n}"),
        address: "10.0.0.1".to_owned(),
        status: 201,
        before: None,
        after: Some(json!({"n": n})),
    }
}

async fn append(store: &Store, times: usize) {
    for n in 0..times {
        store.append_audit(numbered(n)).await.unwrap();
    }
}

async fn fault(store: &Store) -> (u64, &'static str) {
    match store.verify_audit(None).await.unwrap() {
        AuditVerdict::Broken { seq, why } => (seq, why),
        AuditVerdict::Sound(head) => panic!("it is sound up to {}", head.seq),
    }
}

async fn what_was_never_written_shows(stand: Stand) {
    let store = &stand.store;
    append(store, 3).await;
    for seq in ["0", "-5"] {
        let copy = format!(
            "INSERT INTO audit (seq, {COLUMNS}) SELECT {seq}, {COLUMNS} FROM audit WHERE seq = 1"
        );
        stand.meddle(&copy).await;
        let (seq_told, why) = fault(store).await;
        assert!(seq_told == 1 && why.contains("never written"), "{why}");
        let all = store
            .list_audit(&AuditFilter::default(), &Paging::default())
            .await
            .unwrap();
        let told: Vec<u64> = all.items.iter().map(|entry| entry.seq).collect();
        assert_eq!(told, [3, 2, 1], "no entry has another number");
        let gone = format!("DELETE FROM audit WHERE seq = {seq}");
        stand.meddle(&gone).await;
        assert!(matches!(
            store.verify_audit(None).await.unwrap(),
            AuditVerdict::Sound(_)
        ));
    }
    // The chain holds, and the sealed end is before it: a state of an older end with newer entries.
    let end = "CREATE TABLE kept AS SELECT * FROM audit_head";
    stand.meddle(end).await;
    append(store, 1).await;
    let back =
        "UPDATE audit_head SET seq = (SELECT seq FROM kept), sealed = (SELECT sealed FROM kept)";
    stand.meddle(back).await;
    let (seq, why) = fault(store).await;
    assert!(seq == 4 && why.contains("never written"), "{seq}: {why}");
}

async fn what_is_no_entry_shows_and_hides_no_other(stand: Stand) {
    let store = &stand.store;
    append(store, 4).await;
    stand
        .meddle("UPDATE audit SET actor = 'x' WHERE seq = 3")
        .await;
    let (seq, why) = fault(store).await;
    assert!(seq == 3 && why.contains("it was changed"), "{seq}: {why}");
    let all = store
        .list_audit(&AuditFilter::default(), &Paging::default())
        .await
        .unwrap();
    assert_eq!(all.items.len(), 4);
    assert_eq!(all.items[1].entry.actor, json!({"unreadable": "x"}));
}

async fn a_cut_tail_shows_after_further_entries(stand: Stand) {
    let store = &stand.store;
    append(store, 5).await;
    stand.meddle("DELETE FROM audit WHERE seq > 3").await;
    assert_eq!(fault(store).await.0, 4);
    append(store, 2).await;
    let (seq, why) = fault(store).await;
    assert!(seq == 4 && why.contains("missing"), "{seq}: {why}");
}

async fn accounts_without_entries_show(stand: Stand) {
    let store = &stand.store;
    let nothing = store.verify_audit(None).await.unwrap();
    assert!(matches!(nothing, AuditVerdict::Sound(head) if head.seq == 0));
    let ada = NewUser {
        email: "ada@example.org".to_owned(),
        name: "Ada".to_owned(),
        slug: "ada".to_owned(),
        password_hash: None,
        verified: true,
    };
    store.register_user(ada, Admission::Open).await.unwrap();
    append(store, 2).await;
    assert!(matches!(
        store.verify_audit(None).await.unwrap(),
        AuditVerdict::Sound(_)
    ));
    stand
        .meddle("DELETE FROM audit; DELETE FROM audit_head")
        .await;
    let (seq, why) = fault(store).await;
    assert!(seq == 1 && why.contains("accounts"), "{seq}: {why}");
}

/// Rows and end together, whether or not there are accounts: the second end tells.
async fn a_log_that_was_cleared_away_shows_after_further_entries(stand: Stand) {
    let store = &stand.store;
    append(store, 3).await;
    stand
        .meddle("DELETE FROM audit; DELETE FROM audit_head")
        .await;
    let (seq, why) = fault(store).await;
    assert!(seq == 1 && why.contains("missing"), "{seq}: {why}");
    append(store, 2).await;
    let (seq, why) = fault(store).await;
    assert!(seq == 1 && why.contains("missing"), "{seq}: {why}");
    let all = store
        .list_audit(&AuditFilter::default(), &Paging::default())
        .await
        .unwrap();
    let told: Vec<u64> = all.items.iter().map(|entry| entry.seq).collect();
    assert_eq!(told, [5, 4], "nothing takes the place of what is gone");
}

async fn a_number_with_none_after_it_stops_nothing(stand: Stand) {
    let store = &stand.store;
    append(store, 2).await;
    let plant = format!(
        "INSERT INTO audit (seq, {COLUMNS}) SELECT {}, {COLUMNS} FROM audit WHERE seq = 1",
        i64::MAX
    );
    stand.meddle(&plant).await;
    append(store, 2).await;
    let (seq, why) = fault(store).await;
    assert!(seq == 5 && why.contains("never written"), "{seq}: {why}");
    stand
        .meddle(&format!("DELETE FROM audit WHERE seq = {}", i64::MAX))
        .await;
    let verdict = store.verify_audit(None).await.unwrap();
    assert!(
        matches!(&verdict, AuditVerdict::Sound(head) if head.seq == 4),
        "{verdict:?}"
    );
}

/// S19, S21: the last process of a rolling restart with a new master key loses nothing of what it records.
async fn an_entry_waits_for_who_can_read_the_end(stand: Stand) {
    let (old, new) = ("a1".repeat(32), "b2".repeat(32));
    let given = |keys: String| KeySource::Given(keys.into());
    let stand = stand.with_keys(given(old.clone())).await;
    append(&stand.store, 1).await;
    let stand = stand.with_keys(given(format!("{new}\n{old}"))).await;
    append(&stand.store, 1).await;
    // One that has the old key only can't read the end, which the new one seals by now.
    let stand = stand.with_keys(given(old.clone())).await;
    append(&stand.store, 2).await;
    // Nobody gets an entry in who only has the database.
    stand
        .meddle("UPDATE audit_aside SET sealed = sealed || 'x' WHERE id = (SELECT id FROM audit_aside ORDER BY id LIMIT 1)")
        .await;
    // However many do not open, they keep no later one out.
    let id = match &stand.config.database {
        store::DatabaseConfig::Sqlite { .. } => "unhex(printf('%032x', n))",
        store::DatabaseConfig::Postgres { .. } => "lpad(to_hex(n), 32, '0')::uuid",
    };
    let lost = format!(
        "INSERT INTO audit_aside (id, sealed)
         WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 1000) SELECT {id}, 'x' FROM c"
    );
    stand.meddle(&lost).await;
    let stand = stand.with_keys(given(format!("{new}\n{old}"))).await;
    append(&stand.store, 1).await;
    let store = &stand.store;
    let verdict = store.verify_audit(None).await.unwrap();
    assert!(
        matches!(&verdict, AuditVerdict::Sound(head) if head.seq == 4),
        "{verdict:?}"
    );
    let all = store
        .list_audit(&AuditFilter::default(), &Paging::default())
        .await
        .unwrap();
    let told: Vec<&str> = all.items.iter().map(|it| &*it.entry.resource).collect();
    let at = |n: usize| format!("/api/prompts/{n}");
    assert_eq!(told, [at(0), at(1), at(0), at(0)]);
}

async fn entries_are_found_by_who_what_and_when(stand: Stand) {
    let store = &stand.store;
    let ada = uuid::Uuid::now_v7();
    let entry = |actor, action: &str, resource: &str| NewAuditEntry {
        workspace_id: Some(store::FIRST_WORKSPACE),
        actor,
        action: action.to_owned(),
        resource: resource.to_owned(),
        address: "10.0.0.1".to_owned(),
        status: 200,
        before: None,
        after: None,
    };
    let of_ada = json!({"via": "session", "user": ada, "email": "ada_l@example.org"});
    // Whoever can choose a text chooses no actor with it.
    let sly = json!({"via": "stranger", "tried": "x\",\"email\":\"ada_l@example.org\""});
    for entry in [
        entry(of_ada.clone(), "update_prompt", "/api/prompts/1"),
        entry(
            json!({"via": "machine"}),
            "update_prompt",
            "/api/prompts/12",
        ),
        entry(of_ada, "create_label", "/api/prompts/1/labels"),
        entry(sly, "login", "/api/auth/login"),
        entry(
            json!({"via": "stranger", "tried": "adaxl@example.org"}),
            "login",
            "/api/auth/login",
        ),
    ] {
        store.append_audit(entry).await.unwrap();
    }
    let all = AuditFilter {
        workspace: Some(store::FIRST_WORKSPACE),
        ..AuditFilter::default()
    };
    let found = async |filter: AuditFilter| -> Vec<u64> {
        let page = store.list_audit(&filter, &Paging::first(10)).await.unwrap();
        assert_eq!(page.next_cursor, None);
        page.items.iter().map(|entry| entry.seq).collect()
    };
    for (actor, expected) in [
        ("Ada_L@example.org", &[3_u64, 1][..]),
        (&ada.to_string(), &[3, 1]),
        ("machine", &[2]),
        ("stranger", &[5, 4]),
        ("ada", &[]),
        ("%", &[]),
    ] {
        let actor = Some(actor.to_owned());
        let filter = AuditFilter {
            actor,
            ..all.clone()
        };
        assert_eq!(found(filter.clone()).await, expected, "{filter:?}");
    }
    for (resource, expected) in [
        ("/api/prompts/1", &[3_u64, 1][..]),
        ("/api/prompts/", &[3, 2, 1]),
        ("/api/prompt", &[]),
    ] {
        let resource = Some(resource.to_owned());
        let filter = AuditFilter {
            resource,
            ..all.clone()
        };
        assert_eq!(found(filter.clone()).await, expected, "{filter:?}");
    }
    let action = Some("update_prompt".to_owned());
    let both = AuditFilter {
        actor: Some("machine".to_owned()),
        action,
        ..all.clone()
    };
    assert_eq!(found(both).await, [2]);
    let page = store.list_audit(&all, &Paging::first(10)).await.unwrap();
    let third = page.items[2].at;
    let (since, until) = (Some(third), Some(third));
    let later = found(AuditFilter {
        since,
        ..all.clone()
    })
    .await;
    let earlier = found(AuditFilter {
        until,
        ..all.clone()
    })
    .await;
    assert!(later.contains(&3) && !earlier.contains(&3));
    assert_eq!([later, earlier].concat(), [5, 4, 3, 2, 1]);
    // A page goes on where the one before ended, and a workspace finds what was done there.
    let stranger = Some("stranger".to_owned());
    let filter = AuditFilter {
        actor: stranger,
        ..all
    };
    let page = store.list_audit(&filter, &Paging::first(1)).await.unwrap();
    let rest = Paging {
        limit: 1,
        cursor: page.next_cursor,
    };
    let rest = store.list_audit(&filter, &rest).await.unwrap();
    assert_eq!((page.items[0].seq, rest.items[0].seq), (5, 4));
    let elsewhere = AuditFilter {
        workspace: Some(ada),
        ..filter
    };
    assert!(found(elsewhere).await.is_empty());
}

async fn letters_beyond_ascii_are_found_as_they_are_written(stand: Stand) {
    let store = &stand.store;
    let entry = NewAuditEntry {
        workspace_id: None,
        actor: json!({"via": "stranger", "tried": "ÖRJAN@Example.org"}),
        action: "login".to_owned(),
        resource: "/api/auth/login".to_owned(),
        address: "10.0.0.1".to_owned(),
        status: 401,
        before: None,
        after: None,
    };
    store.append_audit(entry).await.unwrap();
    for (actor, found) in [("Örjan@example.org", 1), ("örjan@example.org", 0)] {
        let filter = AuditFilter {
            actor: Some(actor.to_owned()),
            ..AuditFilter::default()
        };
        let page = store.list_audit(&filter, &Paging::first(10)).await.unwrap();
        assert_eq!(page.items.len(), found, "{actor}");
    }
}
