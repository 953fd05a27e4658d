//! The endpoints of the clouds, as `environment()` gives them. Source: `az cloud show` and the function's documentation.

use super::target::open_member;
use crate::eval::value::{Entry, Value};
use crate::eval::{Cloud, Origin};

/// A member with its values in the public cloud, in the US government's and in China. Empty: not documented, stays open.
type Row = (&'static str, [&'static str; 3]);

const TOP: &[Row] = &[
    (
        "name",
        ["AzureCloud", "AzureUSGovernment", "AzureChinaCloud"],
    ),
    (
        "gallery",
        [
            "https://gallery.azure.com/",
            "https://gallery.usgovcloudapi.net/",
            "https://gallery.chinacloudapi.cn/",
        ],
    ),
    (
        "graph",
        [
            "https://graph.windows.net/",
            "https://graph.windows.net/",
            "https://graph.chinacloudapi.cn/",
        ],
    ),
    (
        "portal",
        [
            "https://portal.azure.com",
            "https://portal.azure.us",
            "https://portal.azure.cn",
        ],
    ),
    (
        "graphAudience",
        [
            "https://graph.windows.net/",
            "https://graph.windows.net/",
            "https://graph.chinacloudapi.cn/",
        ],
    ),
    (
        "activeDirectoryDataLake",
        ["https://datalake.azure.net/", "", ""],
    ),
    (
        "batch",
        [
            "https://batch.core.windows.net/",
            "https://batch.core.usgovcloudapi.net/",
            "https://batch.chinacloudapi.cn/",
        ],
    ),
    (
        "media",
        [
            "https://rest.media.azure.net",
            "https://rest.media.usgovcloudapi.net",
            "https://rest.media.chinacloudapi.cn",
        ],
    ),
    (
        "sqlManagement",
        [
            "https://management.core.windows.net:8443/",
            "https://management.core.usgovcloudapi.net:8443/",
            "https://management.core.chinacloudapi.cn:8443/",
        ],
    ),
    ("vmImageAliasDoc", ["", "", ""]),
    (
        "resourceManager",
        [
            "https://management.azure.com/",
            "https://management.usgovcloudapi.net/",
            "https://management.chinacloudapi.cn/",
        ],
    ),
];

const LOGIN: [&str; 3] = [
    "https://login.microsoftonline.com/",
    "https://login.microsoftonline.us/",
    "https://login.chinacloudapi.cn/",
];

const AUDIENCES: [[&str; 2]; 3] = [
    [
        "https://management.core.windows.net/",
        "https://management.azure.com/",
    ],
    [
        "https://management.core.usgovcloudapi.net/",
        "https://management.usgovcloudapi.net/",
    ],
    [
        "https://management.core.chinacloudapi.cn/",
        "https://management.chinacloudapi.cn/",
    ],
];

/// Some begin with a dot and some do not.
const SUFFIXES: &[Row] = &[
    (
        "acrLoginServer",
        [".azurecr.io", ".azurecr.us", ".azurecr.cn"],
    ),
    (
        "azureDatalakeAnalyticsCatalogAndJob",
        ["azuredatalakeanalytics.net", "", ""],
    ),
    (
        "azureDatalakeStoreFileSystem",
        ["azuredatalakestore.net", "", ""],
    ),
    ("azureFrontDoorEndpointSuffix", ["azurefd.net", "", ""]),
    (
        "keyvaultDns",
        [
            ".vault.azure.net",
            ".vault.usgovcloudapi.net",
            ".vault.azure.cn",
        ],
    ),
    (
        "sqlServerHostname",
        [
            ".database.windows.net",
            ".database.usgovcloudapi.net",
            ".database.chinacloudapi.cn",
        ],
    ),
    (
        "storage",
        [
            "core.windows.net",
            "core.usgovcloudapi.net",
            "core.chinacloudapi.cn",
        ],
    ),
];

/// The object of a cloud.
pub(super) fn of(cloud: Cloud) -> Value {
    let column = match cloud {
        Cloud::Public => 0,
        Cloud::UsGovernment => 1,
        Cloud::China => 2,
    };
    let text = |text: &str| Value::text(text, Origin::None);
    let member = |(name, values): &Row| {
        let value = match values[column] {
            "" => open_member("environment", name),
            value => text(value),
        };
        Entry::new(*name, value)
    };
    let mut entries: Vec<Entry> = TOP.iter().map(member).collect();
    let audiences = AUDIENCES[column]
        .iter()
        .map(|audience| text(audience))
        .collect();
    let authentication = vec![
        Entry::new("loginEndpoint", text(LOGIN[column])),
        Entry::new("audiences", Value::array(audiences, Origin::None)),
        Entry::new("tenant", text("common")),
        Entry::new("identityProvider", text("AAD")),
    ];
    entries.push(Entry::new(
        "authentication",
        Value::object(authentication, Origin::None),
    ));
    let suffixes = SUFFIXES.iter().map(member).collect();
    entries.push(Entry::new(
        "suffixes",
        Value::object(suffixes, Origin::None),
    ));
    Value::object(entries, Origin::None)
}
