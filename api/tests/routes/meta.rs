//! `/api/meta`, `/api/records` and `/api/views`: Lathe's own records as their description says, whoever asks.

use axum::http::{Method, header};
use serde_json::{Value, json};

use crate::accounts::open;
use crate::support::people::Person;
use crate::support::{Lathe, Reply, request, with_json};

const EXTENSION: &str = "models:
  - name: applications
    fields:
      - { name: cost_center, label: Cost center, type: text, max: 8 }
      - { name: budget, type: decimal, precision: 9, scale: 2 }
";

const LIBRARY: &str = "
name: library
models:
  - name: books
    fields:
      - { name: title, type: text }
";

async fn models(lathe: &Lathe) -> Vec<Value> {
    let manifest = lathe.get("/api/meta").await;
    assert_eq!(manifest.status, 200, "{}", manifest.text);
    manifest.body["models"].as_array().unwrap().clone()
}

fn named<'m>(models: &'m [Value], name: &str) -> &'m Value {
    models.iter().find(|model| model["name"] == name).unwrap()
}

async fn variables(lathe: &Lathe, names: &[&str]) -> Vec<String> {
    let mut ids = Vec::new();
    for name in names {
        let made = json!({"name": name, "value": name.len(), "description": format!("of {name}")});
        let made = lathe.post("/api/variables", made).await;
        assert_eq!(made.status, 201, "{}", made.text);
        ids.push(made.body["id"].as_str().unwrap().to_owned());
    }
    ids
}

fn names(reply: &Reply) -> Vec<&str> {
    assert_eq!(reply.status, 200, "{}", reply.text);
    let items = reply.body["items"].as_array().unwrap();
    items
        .iter()
        .map(|item| item["name"].as_str().unwrap())
        .collect()
}

/// Every model of the pack answers: its list in every order and by every view that it names, and each record by its id.
#[tokio::test(flavor = "multi_thread")]
async fn every_model_of_the_pack_answers() {
    let lathe = open().await;
    let ada = lathe.register("ada@example.org").await;
    crate::accounts::things(&lathe, &ada).await;
    let get = async |path: &str| lathe.ask(&ada, Method::GET, path, None).await;
    let manifest = get("/api/meta").await;
    let models = manifest.body["models"].as_array().unwrap();
    assert_eq!(models.len(), 16, "{}", manifest.text);
    let mut read = 0;
    for model in models {
        let address = model["address"].as_str().unwrap();
        let fields = model["fields"].as_array().unwrap();
        let mut queries = vec![String::new(), "limit=1".to_owned(), "q=treasure".to_owned()];
        for field in fields {
            let name = field["name"].as_str().unwrap();
            if field["sort"] == true {
                queries.extend([format!("sort={name}"), format!("sort=-{name}&limit=1")]);
            }
            if field["filter"] == true {
                queries.push(format!("{name}__null=true"));
            }
            if field["type"] == "text" && field["filter"] == true {
                queries.push(format!("{name}__contains=%25_"));
            }
        }
        for view in model["views"].as_array().unwrap() {
            let filters = view["filters"].as_object().unwrap().iter();
            let filters = filters.map(|(key, value)| format!("{key}={}", value.as_str().unwrap()));
            let mut query: Vec<String> = filters.collect();
            query.push(format!("sort={}", view["sort"].as_str().unwrap()));
            queries.push(query.join("&"));
        }
        for query in queries {
            let path = format!("{address}?{query}");
            let reply = get(&path).await;
            assert_eq!(reply.status, 200, "{path}: {}", reply.text);
            if let Some(cursor) = reply.body["next_cursor"].as_str() {
                let next = get(&format!("{path}&cursor={cursor}")).await;
                assert_eq!(next.status, 200, "{path}: {}", next.text);
                assert_ne!(
                    next.body["items"][0]["id"], reply.body["items"][0]["id"],
                    "{path}"
                );
            }
        }
        let all = get(address).await;
        for record in all.body["items"].as_array().unwrap() {
            let one = get(&format!("{address}/{}", record["id"].as_str().unwrap())).await;
            assert_eq!(one.body["id"], record["id"], "{}", one.text);
            for field in fields
                .iter()
                .filter(|field| field["name"] != "value" || model["name"] != "secrets")
            {
                let name = field["name"].as_str().unwrap();
                assert!(
                    one.body.get(name).is_some(),
                    "{address}: {name}: {}",
                    one.text
                );
            }
            read += 1;
        }
        let relations = model["relations"].as_array().unwrap().iter();
        for relation in relations {
            let name = relation["target"].as_str().unwrap();
            assert!(models.iter().any(|model| model["name"] == name), "{name}");
        }
    }
    assert!(read > 20, "{read}");
    lathe.stop().await;
}

/// S1, S2: somebody sees of the manifest, and of the records, what they may read, and may do here what they may do elsewhere.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_sees_or_does_more_here_than_elsewhere() {
    let lathe = open().await;
    let ada = lathe.register("ada@example.org").await;
    let guest = lathe.register("guest@example.org").await;
    let home = lathe
        .share(&ada, &guest, "guest@example.org", "viewer")
        .await;
    let guest = guest.in_workspace(&home);
    let get = async |who: &Person, path: &str| lathe.ask(who, Method::GET, path, None).await;
    let manifest = get(&guest, "/api/meta").await;
    let models = manifest.body["models"].as_array().unwrap();
    let seen: Vec<&str> = models
        .iter()
        .map(|model| model["name"].as_str().unwrap())
        .collect();
    for hidden in ["webhooks", "audit", "users"] {
        assert!(!seen.contains(&hidden), "{hidden}");
        get(&guest, &format!("/api/records/{hidden}"))
            .await
            .refused(403, "forbidden");
    }
    let variables = named(models, "variables");
    assert_eq!(
        variables["can"],
        json!({"create": false, "update": false, "delete": false})
    );
    assert_eq!(variables["history"], false);
    assert_eq!(named(models, "workflows")["actions"], json!([]));
    let secret = json!({"name": "token", "value": "c4nary-of-a-secret"});
    let made = lathe
        .ask(&ada, Method::POST, "/api/secrets", Some(&secret))
        .await;
    let path = format!("/api/records/secrets/{}", made.body["id"].as_str().unwrap());
    for path in ["/api/records/secrets", &*path] {
        let reply = get(&ada, path).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        assert!(!reply.text.contains("c4nary"), "{}", reply.text);
    }
    for asked in ["sealed", "fields", "value", "value__contains"] {
        get(&ada, &format!("/api/records/secrets?{asked}=c"))
            .await
            .refused(400, "bad_request");
    }
    get(&guest, &format!("{path}/history"))
        .await
        .refused(403, "forbidden");
    let extra = lathe
        .ask(
            &guest,
            Method::PUT,
            &format!("{path}/extra"),
            Some(&json!({})),
        )
        .await;
    extra.refused(403, "forbidden");
    // Tokens are one's own, but for who manages them.
    let mine = json!({"name": "mine", "scopes": ["workflows:read"]});
    lathe
        .ask(&ada, Method::POST, "/api/tokens", Some(&mine))
        .await;
    assert!(names(&get(&guest, "/api/records/tokens").await).is_empty());
    assert_eq!(names(&get(&ada, "/api/records/tokens").await), ["mine"]);
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn records_are_searched_filtered_ordered_and_paged() {
    let lathe = Lathe::start().await;
    let ids = variables(&lathe, &["alpha", "beta", "gamma", "delta"]).await;
    let get = async |query: &str| lathe.get(&format!("/api/records/variables?{query}")).await;
    assert_eq!(names(&get("").await), ["alpha", "beta", "delta", "gamma"]);
    assert_eq!(
        names(&get("sort=-name").await),
        ["gamma", "delta", "beta", "alpha"]
    );
    assert_eq!(
        names(&get("sort=-created_at&limit=2").await),
        ["delta", "gamma"]
    );
    assert_eq!(names(&get("q=OF%20B").await), ["beta"]);
    assert_eq!(names(&get("name__contains=lt").await), ["delta"]);
    assert_eq!(
        names(&get("name__ne=beta&name__lt=gamma").await),
        ["alpha", "delta"]
    );
    assert_eq!(
        names(&get(&format!("id__in={},{}", ids[0], ids[2])).await),
        ["alpha", "gamma"]
    );
    assert!(names(&get("created_at__gt=2999-01-01T00:00:00Z").await).is_empty());
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = get(&format!("limit=1&sort=-description{cursor}")).await;
        seen.extend(names(&page).into_iter().map(str::to_owned));
        match page.body["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, ["gamma", "delta", "beta", "alpha"]);
    get(&format!("sort=name{cursor}"))
        .await
        .refused(400, "bad_request");
    for wrong in [
        "limit=0",
        "sort=value",
        "sort=nothing",
        "nothing=1",
        "value=1",
        "name__like=x",
        "created_at__gt=yesterday",
        "id__in=x",
        "description__null=perhaps",
    ] {
        get(wrong).await.refused(400, "bad_request");
    }
    // The `ETag` of a record is that of the thing itself.
    let one = lathe
        .get(&format!("/api/records/variables/{}", ids[0]))
        .await;
    let change = |tag: &str| {
        let path = format!("/api/variables/{}", ids[0]);
        let asked = request(Method::PUT, &path).header(header::IF_MATCH, tag);
        with_json(asked, &json!({"value": 7}))
    };
    let tag = one.header("etag").to_owned();
    assert_eq!(lathe.send(change(&tag)).await.status, 200);
    lathe
        .send(change(&tag))
        .await
        .refused(412, "precondition_failed");
    lathe
        .get("/api/records/variables/x")
        .await
        .refused(404, "not_found");
    lathe
        .get("/api/records/nothing")
        .await
        .refused(404, "not_found");
    lathe.stop().await;
}

/// What a workspace declares is in the manifest, of which screens are made, and in records, at once.
#[tokio::test(flavor = "multi_thread")]
async fn a_field_that_is_declared_is_there_at_once() {
    let lathe = Lathe::start().await;
    let made = lathe
        .post("/api/applications", json!({"source": LIBRARY}))
        .await;
    let id = made.body["id"].as_str().unwrap().to_owned();
    let none = lathe.get("/api/meta/extension").await;
    assert_eq!(
        (&none.body["source"], none.header("etag")),
        (&json!(""), "\"0\"")
    );
    let wrong = EXTENSION.replace("cost_center,", "name,");
    let wrong = lathe
        .put("/api/meta/extension", json!({"source": wrong}))
        .await;
    wrong.refused(422, "validation_failed");
    let detail = &wrong.body["error"]["details"][0];
    assert_eq!(
        (&detail["path"], &detail["line"]),
        (&json!("/models/0/fields/0/name"), &json!(4))
    );
    let put = |tag: &str| {
        let asked = request(Method::PUT, "/api/meta/extension").header(header::IF_MATCH, tag);
        with_json(asked, &json!({"source": EXTENSION}))
    };
    let kept = lathe.send(put("\"0\"")).await;
    assert_eq!(kept.status, 200, "{}", kept.text);
    lathe
        .send(put("\"0\""))
        .await
        .refused(412, "precondition_failed");
    assert_eq!(lathe.send(put(kept.header("etag"))).await.status, 200);

    let models = models(&lathe).await;
    let applications = named(&models, "applications");
    let fields = applications["fields"].as_array().unwrap();
    let field = fields
        .iter()
        .find(|field| field["name"] == "cost_center")
        .unwrap();
    assert_eq!(
        (
            &field["label"],
            &field["type"],
            &field["extra"],
            &field["options"]["max"]
        ),
        (
            &json!("Cost center"),
            &json!("text"),
            &json!(true),
            &json!(8)
        )
    );
    let record = format!("/api/records/applications/{id}");
    assert_eq!(lathe.get(&record).await.body["cost_center"], Value::Null);
    let extra = format!("{record}/extra");
    let written = lathe
        .put(&extra, json!({"cost_center": "4711", "budget": 12.5}))
        .await;
    assert_eq!(
        (&written.body["cost_center"], &written.body["budget"]),
        (&json!("4711"), &json!("12.50")),
        "{}",
        written.text
    );
    for (wrong, place) in [
        (json!({"cost_center": "123456789"}), "/cost_center"),
        (json!({"budget": "much"}), "/budget"),
        (json!({"nothing": 1}), "/nothing"),
        (json!({"name": "stolen"}), "/name"),
    ] {
        let refused = lathe.put(&extra, wrong).await;
        refused.refused(422, "validation_failed");
        assert_eq!(refused.body["error"]["details"][0]["path"], place);
    }
    for (query, found) in [
        ("cost_center=4711", 1),
        ("cost_center__contains=71", 1),
        ("cost_center=4712", 0),
        ("budget__gte=12.5", 1),
        ("budget__gt=12.5", 0),
        ("budget__null=true", 0),
        ("sort=-budget", 1),
        ("sort=cost_center", 1),
    ] {
        let list = lathe
            .get(&format!("/api/records/applications?{query}"))
            .await;
        assert_eq!(names(&list).len(), found, "{query}");
    }
    // It counts as a change of the record, and what is declared no more is out of sight until it is declared again.
    let stale = request(Method::PUT, &extra).header(header::IF_MATCH, "\"0\"");
    let stale = lathe
        .send(with_json(stale, &json!({"cost_center": "1"})))
        .await;
    stale.refused(412, "precondition_failed");
    lathe
        .put("/api/meta/extension", json!({"source": ""}))
        .await;
    assert_eq!(lathe.get(&record).await.body.get("cost_center"), None);
    lathe
        .put("/api/meta/extension", json!({"source": EXTENSION}))
        .await;
    assert_eq!(lathe.get(&record).await.body["cost_center"], "4711");
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn views_are_ones_own_until_they_are_shared() {
    let lathe = open().await;
    let ada = lathe.register("ada@example.org").await;
    let guest = lathe.register("guest@example.org").await;
    let home = lathe
        .share(&ada, &guest, "guest@example.org", "viewer")
        .await;
    let guest = guest.in_workspace(&home);
    let view = |shared: bool| {
        json!({"model": "variables", "name": "Long", "columns": ["name", "description"],
            "filters": {"name__contains": "long"}, "sort": "-name", "shared": shared})
    };
    let keyed = |body: &Value| {
        let asked = ada
            .asking(Method::POST, "/api/views")
            .header("idempotency-key", "once");
        with_json(asked, body)
    };
    let made = lathe.send(keyed(&view(false))).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let again = lathe.send(keyed(&view(false))).await;
    assert_eq!(again.body["id"], made.body["id"]);
    let mut expected = view(false);
    expected["id"] = made.body["id"].clone();
    assert_eq!(
        made.body, expected,
        "and nothing else: a client sends back what it was given"
    );
    let path = format!("/api/views/{}", made.body["id"].as_str().unwrap());
    lathe
        .ask(&guest, Method::GET, &path, None)
        .await
        .refused(404, "not_found");
    lathe
        .ask(&guest, Method::DELETE, &path, None)
        .await
        .refused(404, "not_found");
    let shared = lathe.ask(&ada, Method::PUT, &path, Some(&view(true))).await;
    assert_eq!(shared.status, 200, "{}", shared.text);
    let list = lathe
        .ask(&guest, Method::GET, "/api/views?model=variables", None)
        .await;
    assert_eq!(names(&list), ["Long"]);
    lathe
        .ask(&guest, Method::PUT, &path, Some(&view(true)))
        .await
        .refused(403, "forbidden");
    let own = lathe
        .ask(&guest, Method::POST, "/api/views", Some(&view(true)))
        .await;
    own.refused(403, "forbidden");
    for (name, value, place) in [
        ("columns", json!(["nothing"]), "/columns/0"),
        ("filters", json!({"nothing": "1"}), "/filters"),
        ("sort", json!("value"), "/sort"),
    ] {
        let mut wrong = view(false);
        wrong[name] = value;
        let refused = lathe
            .ask(&ada, Method::POST, "/api/views", Some(&wrong))
            .await;
        refused.refused(422, "validation_failed");
        assert_eq!(refused.body["error"]["details"][0]["path"], place);
    }
    let stale = ada
        .asking(Method::PUT, &path)
        .header(header::IF_MATCH, "\"0\"");
    lathe
        .send(with_json(stale, &view(false)))
        .await
        .refused(412, "precondition_failed");
    assert_eq!(
        lathe.ask(&ada, Method::DELETE, &path, None).await.status,
        204
    );
    lathe.stop().await;
}

/// S21: a record's history is what the log says of it, to who may read the log.
#[tokio::test(flavor = "multi_thread")]
async fn the_history_of_a_record_is_what_was_done_to_it() {
    let lathe = Lathe::start().await;
    let ids = variables(&lathe, &["one", "other"]).await;
    for value in [1, 2, 3] {
        lathe
            .put(
                &format!("/api/variables/{}", ids[0]),
                json!({"value": value}),
            )
            .await;
    }
    lathe
        .put(&format!("/api/variables/{}", ids[1]), json!({"value": 4}))
        .await;
    let path = format!("/api/records/variables/{}/history", ids[0]);
    let first = lathe.get(&format!("{path}?limit=2")).await;
    let items = first.body["items"].as_array().unwrap();
    assert_eq!(items.len(), 2, "{}", first.text);
    assert_eq!(
        (
            &items[0]["action"],
            &items[0]["before"]["value"],
            &items[0]["after"]["value"]
        ),
        (&json!("update_variable"), &json!(2), &json!(3))
    );
    let cursor = first.body["next_cursor"].as_str().unwrap();
    let rest = lathe.get(&format!("{path}?limit=2&cursor={cursor}")).await;
    let items = rest.body["items"].as_array().unwrap();
    let actions: Vec<&str> = items
        .iter()
        .map(|item| item["action"].as_str().unwrap())
        .collect();
    assert_eq!(
        actions,
        ["update_variable", "create_variable"],
        "{}",
        rest.text
    );
    assert_eq!(items[1]["after"]["name"], "one");
    assert_eq!(rest.body["next_cursor"], Value::Null);
    // A page that is just full leads on to how it began.
    let full = lathe.get(&format!("{path}?limit=3")).await;
    let cursor = full.body["next_cursor"].as_str().unwrap();
    let last = lathe.get(&format!("{path}?limit=3&cursor={cursor}")).await;
    assert_eq!(last.body["items"][0]["action"], "create_variable");
    assert_eq!(last.body["next_cursor"], Value::Null);
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expression_is_tried_over_data() {
    let lathe = Lathe::start().await;
    let try_it = async |text: &str| {
        let data = json!({"inputs": {"price": 20}, "nodes": {"fetch": {"output": [1, 2]}}, "vars": {"rate": 2}});
        let path = "/api/workflows/evaluate";
        lathe.post(path, json!({"text": text, "data": data})).await
    };
    for (text, value) in [
        ("${ inputs.price * vars.rate }", json!(40)),
        ("${ nodes.fetch.output }", json!([1, 2])),
        ("for ${ inputs.price }", json!("for 20")),
    ] {
        let tried = try_it(text).await;
        assert_eq!(
            tried.body,
            json!({"value": value}),
            "{text}: {}",
            tried.text
        );
    }
    for wrong in [
        "${ inputs.price + }",
        "${ nodes.other.output }",
        "${ secrets.token }",
        "${ inputs.price.x.y }",
    ] {
        let refused = try_it(wrong).await;
        refused.refused(422, "validation_failed");
        let detail = &refused.body["error"]["details"][0];
        assert!(
            detail["message"].as_str().unwrap().contains("column"),
            "{wrong}: {}",
            refused.text
        );
    }
    let condition = json!({"text": "item.n > index", "form": "expression",
        "data": {"locals": {"item": {"n": 3}, "index": 0}}});
    let script = json!({"text": "args.twice * 2", "form": "script", "args": {"twice": "${ vars.rate + 1 }"},
        "data": {"vars": {"rate": 4}}});
    for (body, value) in [(condition, json!(true)), (script, json!(10))] {
        let tried = lathe.post("/api/workflows/evaluate", body).await;
        assert_eq!(tried.body, json!({"value": value}), "{}", tried.text);
    }
    let stranger = json!({"text": "x", "data": {"locals": {"secrets": {}}}});
    let refused = lathe.post("/api/workflows/evaluate", stranger).await;
    refused.refused(422, "validation_failed");
    // Nobody's log is filled with what is typed.
    let log = lathe.get("/api/audit").await;
    assert!(!log.text.contains("evaluate"), "{}", log.text);
    lathe.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_history_of_an_application_has_what_is_done_with_its_parts() {
    let lathe = Lathe::start().await;
    let given = json!({"source": LIBRARY});
    let made = lathe.post("/api/applications", given).await.body;
    let id = made["id"].as_str().unwrap();
    let own = format!("/api/applications/{id}");
    let wanted = json!({"variables": [{"name": "GREETING", "value": "hello"}]});
    let kept = lathe.put(&format!("{own}/environment"), wanted).await;
    assert_eq!(kept.status, 200, "{}", kept.text);
    assert_eq!(lathe.delete(&format!("{own}/preview")).await.status, 204);
    let path = format!("/api/records/applications/{id}/history");
    let history = lathe.get(&path).await.body;
    let items = history["items"].as_array().unwrap().iter();
    let actions: Vec<&Value> = items.map(|item| &item["action"]).collect();
    let wanted = [
        "remove_preview",
        "update_application_environment",
        "create_application",
    ];
    assert_eq!(actions, wanted);
    lathe.stop().await;
}
