//! A customer as Partner Center describes it; a list says less than a look-up by ID.
//! Must not know how it was found or where it is shown.

use std::cmp::Ordering;

use super::CustomerId;

/// A customer of the partner. What the service did not send is `None` or empty.
///
/// A list sends the ID, name, domain and relationship only. The address, e-mail address and custom
/// domains also need delegated rights in the customer (Partner Center docs: customer-resources,
/// dap-api-impact).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Customer {
    /// The customer's tenant ID.
    pub id: CustomerId,
    /// The company's name; where the service gives none, its domain, else its ID, so that it can be named.
    pub company_name: String,
    /// The domain it was set up with, for example `northschool.onmicrosoft.com`.
    pub domain: Option<String>,
    /// `reseller`, `advisor` … in the service's own word.
    pub relationship: Option<String>,
    /// The customer's own domains, in the service's order.
    pub custom_domains: Vec<String>,
    /// The company's postal address.
    pub address: Option<Address>,
    /// The company's e-mail address.
    pub email: Option<String>,
    /// The ID in the commerce system. It never goes into an address.
    pub commerce_id: Option<String>,
    /// Whether the partner has delegated administration rights.
    pub allows_delegated_access: Option<bool>,
}

/// A postal address. Any part may be missing (Partner Center docs: utility-resources#address).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// First line of the street address.
    pub line1: Option<String>,
    /// Second line of the street address.
    pub line2: Option<String>,
    /// Town or city.
    pub city: Option<String>,
    /// State or province.
    pub state: Option<String>,
    /// Region, which some answers send in place of the state.
    pub region: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// Two-letter ISO 3166 country code.
    pub country: Option<String>,
    /// Telephone number, as typed by whoever entered it.
    pub phone_number: Option<String>,
}

impl Customer {
    /// The order of a list: by name without regard to case, then by ID so that it is always the same.
    pub fn by_name(a: &Customer, b: &Customer) -> Ordering {
        let name = |customer: &Customer| customer.company_name.to_lowercase();
        name(a).cmp(&name(b)).then(a.id.cmp(&b.id))
    }
}
