//! The bill of materials of a release, in the JSON form of CycloneDX 1.6.
//! Must not know how the crates were found.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::linked::{Graph, Linked};

/// Its name in the site.
pub(crate) const NAME: &str = "sbom.cdx.json";

/// The whole document. It holds no time and no random number, so that the same source gives the same bytes.
pub(crate) fn document(graph: &Graph) -> String {
    let references: BTreeMap<&str, String> = graph
        .crates
        .iter()
        .map(|(id, linked)| (id.as_str(), package_url(linked)))
        .collect();
    let app = graph.crates.get(&graph.app);
    let components: Vec<Value> = graph
        .of_others()
        .into_iter()
        .map(|linked| component(linked, "library"))
        .collect();
    let bill = json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "lifecycles": [{ "phase": "build" }],
            "component": app.map(|app| component(app, "application")),
        },
        "components": components,
        "dependencies": dependencies(graph, &references),
    });
    format!("{bill:#}\n")
}

fn component(linked: &Linked, kind: &str) -> Value {
    let url = package_url(linked);
    let mut component = json!({
        "type": kind,
        "bom-ref": url,
        "name": linked.name,
        "version": linked.version,
        "purl": url,
    });
    if !linked.description.is_empty() {
        component["description"] = json!(linked.description);
    }
    if !linked.licence.is_empty() {
        // Older crates write "MIT/Apache-2.0", which is no expression of SPDX.
        let choices: Vec<&str> = linked.licence.split('/').map(str::trim).collect();
        let expression = choices.join(" OR ");
        component["licenses"] = json!([{ "expression": expression }]);
    }
    if let Some(checksum) = &linked.checksum {
        component["hashes"] = json!([{ "alg": "SHA-256", "content": checksum }]);
    }
    component
}

/// Who uses what, each sorted by name.
fn dependencies(graph: &Graph, references: &BTreeMap<&str, String>) -> Vec<Value> {
    let sorted: BTreeMap<&String, Vec<&String>> = graph
        .crates
        .iter()
        .filter_map(|(id, linked)| {
            let uses = linked.uses.iter();
            let mut uses: Vec<&String> =
                uses.filter_map(|id| references.get(id.as_str())).collect();
            uses.sort();
            Some((references.get(id.as_str())?, uses))
        })
        .collect();
    let entry = |(reference, uses)| json!({ "ref": reference, "dependsOn": uses });
    sorted.into_iter().map(entry).collect()
}

/// Its name in the language of package URLs.
fn package_url(linked: &Linked) -> String {
    // Of what a version may hold, only `+` has to be written otherwise.
    let version = linked.version.replace('+', "%2B");
    format!("pkg:cargo/{}@{version}", linked.name)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::collections::BTreeSet;
    use std::path::PathBuf;

    fn linked(name: &str, version: &str, uses: &[&str]) -> Linked {
        Linked {
            name: name.to_owned(),
            version: version.to_owned(),
            licence: "MIT/Apache-2.0".to_owned(),
            description: String::new(),
            folder: PathBuf::new(),
            ours: name == "app",
            checksum: (name != "app").then(|| "ab".repeat(32)),
            uses: uses
                .iter()
                .map(|id| (*id).to_owned())
                .collect::<BTreeSet<_>>(),
        }
    }

    fn bill() -> Value {
        let crates = BTreeMap::from([
            ("1".to_owned(), linked("app", "1.0.0", &["2"])),
            ("2".to_owned(), linked("used", "2.1.0+build", &[])),
        ]);
        let app = "1".to_owned();
        serde_json::from_str(&document(&Graph { app, crates })).unwrap()
    }

    #[test]
    fn the_app_is_what_the_bill_is_about_and_not_a_part_of_itself() {
        let bill = bill();
        assert_eq!(bill["metadata"]["component"]["name"], "app");
        assert_eq!(bill["components"].as_array().unwrap().len(), 1);
        assert_eq!(bill["components"][0]["name"], "used");
    }

    #[test]
    fn a_part_has_an_address_a_digest_and_a_licence_in_the_standard_forms() {
        let part = &bill()["components"][0];
        assert_eq!(part["purl"], "pkg:cargo/used@2.1.0%2Bbuild");
        assert_eq!(part["hashes"][0]["content"], "ab".repeat(32));
        assert_eq!(part["licenses"][0]["expression"], "MIT OR Apache-2.0");
    }

    #[test]
    fn who_uses_what_is_said_by_the_same_addresses() {
        let expected = json!([
            { "ref": "pkg:cargo/app@1.0.0", "dependsOn": ["pkg:cargo/used@2.1.0%2Bbuild"] },
            { "ref": "pkg:cargo/used@2.1.0%2Bbuild", "dependsOn": [] },
        ]);
        assert_eq!(bill()["dependencies"], expected);
    }
}
