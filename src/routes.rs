//! Every address of the app, in one enum. Nothing else builds or takes apart a URL path.
//! Must not know what the pages show.

use crate::partner_center::{CustomerId, RequestableKind};
use leptos_router::hooks::use_navigate;
use leptos_router::{
    NavigateOptions, OptionalParamSegment, ParamSegment, PossibleRouteMatch, StaticSegment,
};
use send_wrapper::SendWrapper;
use std::cell::RefCell;
use std::rc::Rc;

thread_local! {
    /// Where the app is served: "" at the root, "/vetted" under a sub-path. Set once, before anything is drawn.
    static BASE: RefCell<String> = const { RefCell::new(String::new()) };
}

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
    /// The request form; with a qualification already picked.
    Request(CustomerId, Option<RequestableKind>),
    /// The request form with one field, by its control's id, in focus.
    RequestField(CustomerId, &'static str),
    /// Check your answers.
    RequestCheck(CustomerId),
    /// What became of a request.
    RequestSent(CustomerId),
    /// Whether the site is set up rightly.
    Diagnostics,
}

impl Route {
    /// The address below the base, as the router's `navigate` takes it.
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
            Self::Request(id, None) => format!("/customers/{id}/request"),
            Self::Request(id, Some(kind)) => {
                format!("/customers/{id}/request?qualification={}", slug(*kind))
            }
            Self::RequestField(id, field) => format!("/customers/{id}/request#{field}"),
            Self::RequestCheck(id) => format!("/customers/{id}/request/check"),
            Self::RequestSent(id) => format!("/customers/{id}/request/sent"),
            Self::Diagnostics => "/diagnostics".to_owned(),
        }
    }

    /// The address as links have it, base included.
    pub fn href(&self) -> String {
        base() + &self.path()
    }
}

type Navigate = Rc<dyn Fn(&str, NavigateOptions)>;

/// Goes to addresses of the app. From [`use_go`].
#[derive(Clone)]
pub struct Go(SendWrapper<Navigate>);

impl Go {
    /// Goes there; Back comes back.
    pub fn to(&self, route: &Route) {
        self.go(route, false);
    }

    /// Goes there in place of where the person is: Back does not come here again.
    pub fn instead(&self, route: &Route) {
        self.go(route, true);
    }

    fn go(&self, route: &Route, replace: bool) {
        // The whole address, since the router would make `/vetted?q=…` of `/?q=…` under a base.
        let options = NavigateOptions {
            resolve: false,
            replace,
            ..Default::default()
        };
        (self.0)(&route.href(), options);
    }
}

/// The way to other addresses, for event handlers and effects of a component below the router.
pub fn use_go() -> Go {
    Go(SendWrapper::new(Rc::new(use_navigate())))
}

/// Whether a path of the location is that of [`Route::Diagnostics`], be it below another base than the app was built for:
/// that page has to open then too.
pub fn is_diagnostics(path: &str) -> bool {
    path.trim_end_matches('/')
        .ends_with(&Route::Diagnostics.path())
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
/// Takes the raw query, since the router decodes the values it hands out twice and so spoils `%41` and `+`.
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

/// The patterns by which the router finds the page of an address; each belongs to a [`Route`].
pub mod pattern {
    use super::*;

    /// [`Route::Customers`].
    pub fn customers() -> impl PossibleRouteMatch + Clone + Send + 'static {
        StaticSegment("")
    }
    /// [`Route::Customer`].
    pub fn customer() -> impl PossibleRouteMatch + Clone + Send + 'static {
        (StaticSegment("customers"), ParamSegment("id"))
    }
    /// [`Route::Request`] and its steps; the step is `None`, `check` or `sent`.
    pub fn request() -> impl PossibleRouteMatch + Clone + Send + 'static {
        (
            StaticSegment("customers"),
            ParamSegment("id"),
            StaticSegment("request"),
            OptionalParamSegment("step"),
        )
    }
    /// [`Route::Diagnostics`].
    pub fn diagnostics() -> impl PossibleRouteMatch + Clone + Send + 'static {
        StaticSegment("diagnostics")
    }
    /// The page that panics on purpose; exists in the sandbox only.
    pub fn panic() -> impl PossibleRouteMatch + Clone + Send + 'static {
        (StaticSegment("sandbox"), StaticSegment("panic"))
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
            Route::Request(id, None),
            Route::Request(id, Some(RequestableKind::Education)),
            Route::RequestField(id, "website"),
            Route::RequestCheck(id),
            Route::RequestSent(id),
            Route::Diagnostics,
        ]
        .map(|route| route.path());
        assert_eq!(
            paths,
            [
                "/",
                "/?q=north+%26+south",
                "/?q=%C3%A9&page=3",
                "/customers/11111111-2222-4333-8444-555555555555",
                "/customers/11111111-2222-4333-8444-555555555555/request",
                "/customers/11111111-2222-4333-8444-555555555555/request?qualification=education",
                "/customers/11111111-2222-4333-8444-555555555555/request#website",
                "/customers/11111111-2222-4333-8444-555555555555/request/check",
                "/customers/11111111-2222-4333-8444-555555555555/request/sent",
                "/diagnostics",
            ]
        );
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
