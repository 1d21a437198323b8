//! Every address of the app, in one enum. Nothing else builds or takes apart a URL path.
//! Must not know what the pages show.

use crate::ledger::{Group, Sort, View};
use crate::partner_center::{CustomerId, RequestableKind};
use std::cell::RefCell;

thread_local! {
    /// Where the app is served: "" at the root, "/vetted" under a sub-path. Set once, before anything is drawn.
    static BASE: RefCell<String> = const { RefCell::new(String::new()) };
}

/// The id of what to do about a denial, on a customer's page.
pub const GUIDE: &str = "what-to-do";

/// An address of the app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// Look up customers; with a search that has been made.
    Customers {
        /// The search as typed, and the page of its results, from 1.
        search: Option<(String, usize)>,
    },
    /// One customer and its qualifications.
    Customer(CustomerId),
    /// The same with what to do about a denial open and in focus.
    CustomerGuide(CustomerId),
    /// The request form; with a qualification already picked.
    Request(CustomerId, Option<RequestableKind>),
    /// The request form with one field, by its control's id, in focus.
    RequestField(CustomerId, &'static str),
    /// Check your answers.
    RequestCheck(CustomerId),
    /// What became of a request.
    RequestSent(CustomerId),
    /// Every request that is followed.
    Requests {
        /// Which of them, in which order.
        view: View,
        /// The page of the list, from 1.
        page: usize,
    },
    /// Follow many customers at once.
    FollowMany,
    /// Whether the site is set up rightly.
    Diagnostics,
    /// The page that panics on purpose; exists in the sandbox only.
    Panic,
}

impl Route {
    /// Everything that is followed, in the usual order.
    pub fn all_requests() -> Self {
        Self::Requests {
            view: View::default(),
            page: 1,
        }
    }

    /// The address of a path, base included; what its query and fragment add is left out. `None` when there is no page.
    ///
    /// An ID counts in its one written form and in any other that means the same.
    pub fn at(path: &str) -> Option<Self> {
        let below = path.strip_prefix(&base()).filter(|_| is_ours(path))?;
        let parts: Vec<&str> = below.split('/').filter(|part| !part.is_empty()).collect();
        Some(match *parts.as_slice() {
            [] => Self::Customers { search: None },
            ["customers", id] => Self::Customer(id.parse().ok()?),
            ["customers", id, "request"] => Self::Request(id.parse().ok()?, None),
            ["customers", id, "request", "check"] => Self::RequestCheck(id.parse().ok()?),
            ["customers", id, "request", "sent"] => Self::RequestSent(id.parse().ok()?),
            ["requests"] => Self::all_requests(),
            ["requests", "add"] => Self::FollowMany,
            ["diagnostics"] => Self::Diagnostics,
            ["sandbox", "panic"] => Self::Panic,
            _ => return None,
        })
    }

    /// The address below the base.
    pub fn path(&self) -> String {
        match self {
            Self::Customers { search: None } => "/".to_owned(),
            Self::Customers {
                search: Some((text, page)),
            } => {
                let mut query = form_urlencoded::Serializer::for_suffix(String::from("/?"), 2);
                query.append_pair("q", text);
                if *page > 1 {
                    query.append_pair("page", &page.to_string());
                }
                query.finish()
            }
            Self::Customer(id) => format!("/customers/{id}"),
            Self::CustomerGuide(id) => format!("/customers/{id}#{GUIDE}"),
            Self::Request(id, None) => format!("/customers/{id}/request"),
            Self::Request(id, Some(kind)) => {
                format!("/customers/{id}/request?qualification={}", slug(*kind))
            }
            Self::RequestField(id, field) => format!("/customers/{id}/request#{field}"),
            Self::RequestCheck(id) => format!("/customers/{id}/request/check"),
            Self::RequestSent(id) => format!("/customers/{id}/request/sent"),
            Self::Requests { view, page } => requests_path(view, *page),
            Self::FollowMany => "/requests/add".to_owned(),
            Self::Diagnostics => "/diagnostics".to_owned(),
            Self::Panic => "/sandbox/panic".to_owned(),
        }
    }

    /// The address as links have it, base included.
    pub fn href(&self) -> String {
        base() + &self.path()
    }
}

/// Whether a path of the location is that of [`Route::Diagnostics`], be it below another base than the app was built for:
/// that page has to open then too.
pub fn is_diagnostics(path: &str) -> bool {
    path.trim_end_matches('/')
        .ends_with(&Route::Diagnostics.path())
}

/// Whether a path of this origin belongs to the app.
pub fn is_ours(path: &str) -> bool {
    let below = path.strip_prefix(&base());
    below.is_some_and(|below| below.is_empty() || below.starts_with('/'))
}

/// Where the app is served, without a trailing slash: "" at the root.
pub fn base() -> String {
    BASE.with_borrow(Clone::clone)
}

/// Says where the app is served. `path` is "/" or like "/vetted/".
pub fn set_base(path: &str) {
    BASE.with_borrow_mut(|base| *base = path.trim_end_matches('/').to_owned());
}

/// The search text and page number in a query string such as `?q=north&page=2`.
///
/// Takes the query as it is written, `%41` and `+` included.
pub fn search_in(query: &str) -> (Option<String>, usize) {
    let mut text = None;
    let mut page = 1;
    for (name, value) in form_urlencoded::parse(query.trim_start_matches('?').as_bytes()) {
        match &*name {
            "q" if text.is_none() => text = Some(value.into_owned()),
            "page" => page = value.parse().ok().filter(|page| *page > 0).unwrap_or(1),
            _ => {}
        }
    }
    (text, page)
}

/// Only what is not as usual stands in the address.
fn requests_path(view: &View, page: usize) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    if let Some(group) = view.group {
        query.append_pair("state", group.word());
    }
    if !view.text.is_empty() {
        query.append_pair("find", &view.text);
    }
    if view.changed {
        query.append_pair("news", "1");
    }
    if view.sort != Sort::default() {
        query.append_pair("sort", view.sort.word());
    }
    if view.descending {
        query.append_pair("order", "down");
    }
    if page > 1 {
        query.append_pair("page", &page.to_string());
    }
    match query.finish() {
        query if query.is_empty() => "/requests".to_owned(),
        query => format!("/requests?{query}"),
    }
}

/// Which requests a query string such as `?state=denied&page=2` asks for, and the page. What it does not know it leaves out.
pub fn requests_in(query: &str) -> (View, usize) {
    let mut view = View::default();
    let mut page = 1;
    for (name, value) in form_urlencoded::parse(query.trim_start_matches('?').as_bytes()) {
        match &*name {
            "state" => view.group = Group::read(&value),
            "find" => view.text = value.into_owned(),
            "news" => view.changed = value == "1",
            "sort" => view.sort = Sort::read(&value).unwrap_or_default(),
            "order" => view.descending = value == "down",
            "page" => page = value.parse().ok().filter(|page| *page > 0).unwrap_or(1),
            _ => {}
        }
    }
    (view, page)
}

/// The qualification named in a query string such as `?qualification=education`.
pub fn requested_in(query: &str) -> Option<RequestableKind> {
    let (_, value) = form_urlencoded::parse(query.trim_start_matches('?').as_bytes())
        .find(|(name, _)| name == "qualification")?;
    RequestableKind::ALL
        .into_iter()
        .find(|kind| slug(*kind) == value)
}

/// A qualification's word in addresses and in drafts.
pub fn slug(kind: RequestableKind) -> &'static str {
    match kind {
        RequestableKind::Education => "education",
        RequestableKind::GovernmentCommunityCloud => "gcc",
        RequestableKind::StateOwnedEntity => "soe",
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn every_address_is_what_bookmarks_and_documents_have() {
        let id: CustomerId = "11111111-2222-4333-8444-555555555555".parse().unwrap();
        let paths = [
            Route::Customers { search: None },
            Route::Customers {
                search: Some(("north & south".into(), 1)),
            },
            Route::Customers {
                search: Some(("é".into(), 3)),
            },
            Route::Customer(id),
            Route::CustomerGuide(id),
            Route::Request(id, None),
            Route::Request(id, Some(RequestableKind::Education)),
            Route::RequestField(id, "website"),
            Route::RequestCheck(id),
            Route::RequestSent(id),
            Route::Requests {
                view: View::default(),
                page: 1,
            },
            Route::Requests {
                view: View {
                    group: Some(Group::Denied),
                    text: "north & south".into(),
                    sort: Sort::Company,
                    ..View::default()
                },
                page: 2,
            },
            Route::FollowMany,
            Route::Diagnostics,
            Route::Panic,
        ]
        .map(|route| route.path());
        assert_eq!(
            paths,
            [
                "/",
                "/?q=north+%26+south",
                "/?q=%C3%A9&page=3",
                "/customers/11111111-2222-4333-8444-555555555555",
                "/customers/11111111-2222-4333-8444-555555555555#what-to-do",
                "/customers/11111111-2222-4333-8444-555555555555/request",
                "/customers/11111111-2222-4333-8444-555555555555/request?qualification=education",
                "/customers/11111111-2222-4333-8444-555555555555/request#website",
                "/customers/11111111-2222-4333-8444-555555555555/request/check",
                "/customers/11111111-2222-4333-8444-555555555555/request/sent",
                "/requests",
                "/requests?state=denied&find=north+%26+south&sort=company&page=2",
                "/requests/add",
                "/diagnostics",
                "/sandbox/panic",
            ]
        );
    }

    #[test]
    fn the_page_of_an_address_is_found_and_of_any_other_there_is_none() {
        let id: CustomerId = "11111111-2222-4333-8444-55555555555a".parse().unwrap();
        for route in [
            Route::Customers { search: None },
            Route::Customer(id),
            Route::Request(id, None),
            Route::RequestCheck(id),
            Route::RequestSent(id),
            Route::Diagnostics,
            Route::Panic,
        ] {
            assert_eq!(Route::at(&route.path()), Some(route.clone()));
            assert_eq!(Route::at(&(route.path() + "/")), Some(route));
        }
        let capitals = "/customers/11111111-2222-4333-8444-55555555555A";
        assert_eq!(Route::at(capitals), Some(Route::Customer(id)));
        for path in [
            "/customers",
            "/customers/5",
            "/customers/11111111-2222-4333-8444-55555555555a/x",
            "/customers/11111111-2222-4333-8444-55555555555a/request/x",
            "/diagnostics/x",
            "/x",
        ] {
            assert_eq!(Route::at(path), None, "{path}");
        }
    }

    #[test]
    fn below_a_base_only_what_is_below_it_is_the_app_s() {
        set_base("/vetted/");
        let lookup = Some(Route::Customers { search: None });
        assert_eq!(Route::at("/vetted"), lookup);
        assert_eq!(Route::at("/vetted/"), lookup);
        assert_eq!(Route::at("/vetted/diagnostics"), Some(Route::Diagnostics));
        assert_eq!(Route::at("/diagnostics"), None);
        assert_eq!(Route::at("/vettedx"), None);
        assert!(is_ours("/vetted") && is_ours("/vetted/x"));
        assert!(!is_ours("/vettedx") && !is_ours("/"));
        set_base("/");
        assert!(is_ours("/") && is_ours("/x"));
    }

    #[test]
    fn a_search_survives_the_address_whatever_it_contains() {
        for text in [
            "%41", "+", "a+b c", "\"\\'", "<b>", "😀", "שלום", "&q=x", "#", "%",
        ] {
            let route = Route::Customers {
                search: Some((text.to_owned(), 2)),
            };
            let path = route.path();
            let query = path.split_once('?').unwrap().1;
            assert_eq!(search_in(query), (Some(text.to_owned()), 2));
        }
    }

    #[test]
    fn what_is_asked_for_of_the_requests_survives_the_address() {
        for group in Group::ALL {
            let view = View {
                group: Some(group),
                text: "%41+é&x=".into(),
                changed: true,
                sort: Sort::Checked,
                descending: true,
                ..View::default()
            };
            let path = requests_path(&view, 3);
            let query = path.split_once('?').unwrap().1;
            assert_eq!(requests_in(query), (view, 3));
        }
        assert_eq!(requests_in("?state=x&sort=y&page=0"), (View::default(), 1));
    }

    #[test]
    fn an_address_typed_by_hand_is_read_as_browsers_write_it() {
        assert_eq!(
            search_in("?q=north+school"),
            (Some("north school".into()), 1)
        );
        assert_eq!(search_in("?page=0&q=%zz"), (Some("%zz".into()), 1));
        assert_eq!(search_in(""), (None, 1));
    }

    #[test]
    fn the_diagnostics_page_is_found_below_any_base() {
        for path in ["/diagnostics", "/vetted/diagnostics", "/diagnostics/"] {
            assert!(is_diagnostics(path), "{path}");
        }
        for path in ["/", "/diagnosticsx", "/xdiagnostics", "/diagnostics/x"] {
            assert!(!is_diagnostics(path), "{path}");
        }
    }
}
