//! C2: scripts that mean harm, each in a file of `hostile/`: each must end by itself, soon, without taking much memory
//! or the process.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::templates::{resolve, try_resolve};

/// A script may hold 128 MiB; one operation may double that before it is noticed, and grow a list on the way.
pub(crate) const MOST: i64 = 400 << 20;
/// A second of work, and what one native call may take on top; debug builds and busy machines included.
const LONGEST: Duration = Duration::from_secs(20);

#[test]
fn each_ends_within_its_budget() {
    crate::watch_the_time();
    let only = std::env::var("HOSTILE").ok();
    let mut report = Vec::new();
    for file in std::fs::read_dir("tests/documents/hostile").unwrap() {
        let path = file.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        if only.as_ref().is_some_and(|only| *only != name) {
            continue;
        }
        let script = std::fs::read_to_string(&path).unwrap();
        let before = allocation::held();
        allocation::forget_most();
        let start = Instant::now();
        let said = ended(&script);
        let (took, most) = (start.elapsed(), allocation::most() - before);
        let kept = allocation::held() - before;
        report.push((took, most >> 20, kept, name, said));
    }
    report.sort();
    for (took, most, kept, name, said) in &report {
        println!("{took:>10.1?} {most:>4} MiB {kept:>9} kept  {name}: {said:.90}");
        assert!(!said.contains("gave up"), "{name}: rhai panicked");
        assert!(*took < LONGEST, "{name} took {took:?}");
        assert!(*most < MOST >> 20, "{name} held {most} MiB");
        assert!(*kept < 1 << 20, "{name} leaves {kept} bytes behind");
    }
    assert!(only.is_some() || report.len() > 100);
}

/// Why a script is refused, when it is saved or when it runs; or what it gave, when it was harmless after all.
fn ended(script: &str) -> String {
    match try_resolve("script.run", json!({"script": script})) {
        Err(problems) => format!("refused: {problems}"),
        Ok(Err(error)) => format!("failed: {}", error.message),
        Ok(Ok(value)) => format!("gave: {value}"),
    }
}

/// C2: what leads out of a script in other languages, or in this one where it is not shut in, leads nowhere.
#[test]
fn c2_nothing_leads_out() {
    for name in [
        "constructor",
        "environment",
        "eval",
        "eval_by_name",
        "eval_by_pointer",
        "exit",
        "import",
        "import_a_file",
        "module_path",
        "open_a_file",
        "prototype",
        "sleep",
    ] {
        let script = std::fs::read_to_string(format!("tests/documents/hostile/{name}.rhai"));
        let said = ended(&script.unwrap());
        assert!(!said.starts_with("gave"), "{name}: {said}");
    }
}

#[test]
fn deep_recursion_within_the_limits_fits_the_stack() {
    let script = "
        fn down(n) { if n == 0 { 0 } else { let x = [1 + (2 - (3 + (4 - down(n - 1))))]; x[0] } }
        down(25)";
    resolve("script.run", json!({"script": script})).unwrap();
}

#[test]
fn small_values_beside_large_ones_cost_little() {
    let script = "let large = []; large.pad(40000, 1); let n = 0; for i in 0..20000 { n += i; } n";
    let result = resolve("script.run", json!({"script": script})).unwrap();
    assert_eq!(result["script"], json!(199_990_000));
}

#[test]
fn lists_of_fifty_thousand_are_built_by_pushing() {
    let script = "let a = []; for i in 0..50000 { a.push(#{ id: i }); } a.len()";
    let result = resolve("script.run", json!({"script": script})).unwrap();
    assert_eq!(result["script"], json!(50_000));
}

#[test]
fn a_script_changes_nothing_for_the_next() {
    let script = "inputs.who = \"Eve\"; inputs.rows.push(1); inputs.rows[0].n = 5; inputs.who";
    assert_eq!(
        resolve("script.run", json!({"script": script})).unwrap()["script"],
        json!("Eve")
    );
    let next = json!({"script": "[inputs.who, inputs.rows.len, inputs.rows[0].n]"});
    assert_eq!(
        resolve("script.run", next).unwrap()["script"],
        json!(["Ada", 3, 1])
    );
}

#[test]
fn a_first_turn_gives_up_on_long_scripts_only() {
    let turn = |script: &str| {
        let with = json!({ "script": script });
        engine::script::briefly(|| resolve("script.run", with).ok())?
    };
    let long = "let n = 0; for i in 0..30000 { n += i; } n";
    assert_eq!(turn("1 + 1").unwrap()["script"], json!(2));
    assert_eq!(turn(long), None);
    assert_eq!(turn("try { for i in 0..100000 {} } catch {} 1"), None);
    let again = resolve("script.run", json!({ "script": long })).unwrap();
    assert_eq!(again["script"], json!(449_985_000));
}
