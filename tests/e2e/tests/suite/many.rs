//! Following many at once, and taking what is followed elsewhere: pasted, exported, erased, imported again.
//! Must not know what stands in a file beyond what a person would look for in it.

use std::fs;
use std::path::Path;

use e2e::{Find, PartnerCenter, Role, World, run_in_both};
use serde_json::{Value, json};

const FILE: &str = "keep-file";
/// What a spreadsheet would take for a formula.
const FORMULA: &str = "=1+1 School";

/// What somebody has in a spreadsheet, in a mail and in the address field.
fn pasted(formula: &str) -> String {
    format!(
        "Microsoft ID\tWhatever\n{}\thttps://partner.example/customers/{}/overview\n\
         head@northgatecollege.onmicrosoft.com, nobody.example\n{formula}",
        PartnerCenter::customer(5),
        PartnerCenter::customer(7),
    )
}

async fn follows_four(w: &World) {
    let added = json!({ "name": FORMULA, "slug": "formula" });
    let added = w
        .partner_center
        .control("POST", "/sandbox/customers", added);
    w.open_as("Admin agent", "/requests").await;
    w.link("Follow customers").click().await;
    w.shows_page("Follow customers").await;
    let text = pasted(added["id"].as_str().expect("an ID"));
    w.textbox("Customer IDs or domains").fill(&text).await;
    w.button("Look up").click().await;
    w.region("1 not found").says("nobody.example").await;
    w.region("Not understood").says("Line 1").await;
    w.button("Follow all 4").click().await;
    w.all(Role::Main)
        .says("4 customers are followed now.")
        .await;
    w.link("See what you follow").click().await;
    w.shows_page("Requests").await;
    w.all(Role::Table).says("Northgate College").await;
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).expect("the file")
}

/// The same file with something in it changed.
fn changed(path: &Path, name: &str, from: &str, to: &str) -> std::path::PathBuf {
    let text = read(path);
    assert!(text.contains(from), "{from} in {text}");
    let path = path.with_file_name(name);
    fs::write(&path, text.replacen(from, to, 1)).expect("a changed file");
    path
}

#[test]
fn what_was_pasted_is_followed_exported_erased_and_imported_again() {
    run_in_both(async |w| {
        w.clear_downloads();
        follows_four(w).await;
        w.button("Export as JSON").click().await;
        let json_file = w.saved("json").await;
        w.button("Export as CSV").click().await;
        let csv_file = w.saved("csv").await;
        let exported: Value = serde_json::from_str(&read(&json_file)).expect("JSON");
        assert_eq!(exported["customers"].as_array().map(Vec::len), Some(4));
        let csv = read(&csv_file);
        assert!(csv.contains("\"'=1+1 School\""), "{csv}");
        assert!(csv.contains("Northern Lights Academy"), "{csv}");

        // Somebody has been at the files.
        let keep = w.region("Kept on this computer");
        let hostile = changed(
            &csv_file,
            "hostile.csv",
            "Academy\",\"2",
            "Academy\",\"<b>x</b>2",
        );
        w.chooses_file(FILE, &hostile).await;
        keep.says("hostile.csv").await;
        keep.says("was not imported, and nothing has changed").await;
        keep.says("since: this is no time").await;
        let whose = format!("\"tenant\":{}", exported["tenant"]);
        let foreign = changed(
            &json_file,
            "foreign.json",
            &whose,
            "\"tenant\":\"rival.example\"",
        );
        w.chooses_file(FILE, &foreign).await;
        keep.says("it belongs to another partner").await;

        w.button("Erase all of it").click().await;
        let dialog = w.dialog("Erase what is kept of 4 customers?");
        dialog.button("Erase").click().await;
        w.all(Role::Main).says("You follow no request yet").await;
        w.reload().await;
        w.all(Role::Main).says("You follow no request yet").await;

        w.chooses_file(FILE, &csv_file).await;
        keep.says("4 customers are new.").await;
        w.all(Role::Table).says(FORMULA).await;
        w.chooses_file(FILE, &json_file).await;
        keep.says("4 customers brought nothing new.").await;
        // What the file says is read from Partner Center before it is taken for true.
        let row = w.all(Role::Table).says("Overdue").await;
        assert!(row.text.contains("Northern Lights Academy"), "{row:?}");
    });
}
