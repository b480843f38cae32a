//! Random scripts out of functions that make much of little: whatever the order and the sizes, memory is bounded.

use proptest::prelude::*;
use serde_json::json;

use crate::hostile::MOST;
use crate::templates::try_resolve;

/// A statement on a text `s`, a list `a` and an object `m`; sizes of a few dozen up to some millions.
fn statement() -> impl Strategy<Value = String> {
    let size = prop_oneof![
        0..100_i64,
        1_000..50_000_i64,
        1_000_000..5_000_000_i64,
        Just(i64::MAX)
    ];
    prop_oneof![
        size.clone().prop_map(|size| format!("s.pad({size}, 'x');")),
        size.clone()
            .prop_map(|size| format!("s.pad({size}, \"xyz,\");")),
        size.clone().prop_map(|size| format!("a.pad({size}, s);")),
        size.prop_map(|size| format!("a.pad({size}, [1, s]);")),
        prop::sample::select(vec![
            "s += s;",
            "s = s + s + s;",
            "s = `${s}${a}${s}`;",
            "s.replace(\"x\", s);",
            "s.replace('x', \"xxxx\");",
            "s = a.join(s);",
            "s = a.join(\", \");",
            "s = to_json(a);",
            "s = `${m}`;",
            "s = s.to_upper();",
            "a += a;",
            "a = a + a;",
            "a.push(a);",
            "a.insert(0, a);",
            "a.append(a);",
            "a = [a, a, a];",
            "a = s.split(\"x\");",
            "a = s.split('y');",
            "a = s.to_chars();",
            "a = m.values();",
            "a = json(to_json(a));",
            "a = a.map(|x| [x, x]);",
            "a = a.map(|x| `${x}${s}`);",
            "a = a.map(Fn(\"to_string\"));",
            "a.sort();",
            "a.dedup();",
            "a = a.filter(|x| x != s);",
            "a.reduce(|sum, x| { sum.push(x); sum }, []);",
            "m[s] = a;",
            "m.k = a;",
            "m.m = m;",
            "m += m;",
            "m.fill_with(#{ a: a, b: m });",
            "for x in a { m[`${x}`] = s; }",
            "for i in 0..50 { a.push(s + i); }",
            "for i in 0..30 { s += s; }",
            "s.crop(0, 5000);",
            "a.truncate(50);",
            "m.clear();",
        ])
        .prop_map(str::to_owned),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn memory_is_bounded_whatever_a_script_does(statements in prop::collection::vec(statement(), 1..12)) {
        crate::watch_the_time();
        let body = statements.join(" ");
        let script = format!("let s = \"x,y\"; let a = [1]; let m = #{{}}; {body} s.len() + a.len() + m.len()");
        let before = allocation::held();
        allocation::forget_most();
        let _ = try_resolve("script.run", json!({ "script": script }));
        let (most, kept) = (allocation::most() - before, allocation::held() - before);
        prop_assert!(most < MOST, "it held {} MiB: {script}", most >> 20);
        prop_assert!(kept < 1 << 20, "it leaves {kept} bytes behind: {script}");
    }
}
