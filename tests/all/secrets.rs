//! Secure values occur in no output: one template with every way in which a secret comes and could go.

use std::fs;

use super::formats::FORMATS;
use super::program::Folder;

/// Every secret of the test contains this.
const MARK: &str = "unmistakable";

const SECTIONS: &str = r#""parameters": {
  "given": { "type": "secureString" },
  "object": { "type": "secureObject" },
  "vault": { "type": "secureString" },
  "default": { "type": "secureString", "defaultValue": "unmistakable-default" },
  "structure": { "type": "secureObject", "defaultValue": { "key": "unmistakable-structure" } },
  "wrong": { "type": "secureString", "allowedValues": ["unmistakable-allowed-a", "unmistakable-allowed-b"] },
  "odd": { "type": "secureString", "defaultValue": "unmistakable-odd", "allowedValues": ["unmistakable-allowed-c"] },
  "short": { "type": "secureString", "minLength": 100 },
  "typed": { "type": "secureObject" }
},
"variables": {
  "through": "[concat('x', parameters('default'))]",
  "encoded": "[base64(parameters('default'))]",
  "fails": "[fail(concat('no: ', parameters('default')))]",
  "failsGiven": "[fail(concat('no: ', parameters('given')))]",
  "number": "[int(parameters('default'))]",
  "json": "[json(parameters('default'))]",
  "date": "[dateTimeAdd(parameters('default'), 'P1D')]",
  "cidr": "[parseCidr(parameters('default'))]",
  "uri": "[uri(parameters('default'), 'x')]",
  "member": "[parameters('structure')['other']]",
  "memberOf": "[parameters('structure')[parameters('default')]]",
  "named": "[createObject('a', 1)[parameters('default')]]",
  "parameterOf": "[parameters(parameters('default'))]",
  "id": "[resourceId(parameters('default'))]",
  "subscriptionOf": "[subscriptionResourceId(parameters('default'), 'A.B/c', 'n')]",
  "extension": "[extensionResourceId(parameters('default'), 'A.B/c', 'n')]",
  "keys": "[toObject(createArray(parameters('default'), parameters('default')), lambda('x', lambdaVariables('x')))]",
  "twice": "[createObject(parameters('default'), 1, parameters('default'), 2)]",
  "index": "[split(parameters('default'), '-')[9]]"
},
"resources": [
  { "type": "Microsoft.ContainerService/managedClusters/agentPools", "apiVersion": "2025-05-01", "name": "aks1/user1",
    "properties": { "mode": "User", "count": 3, "vmSize": "[parameters('default')]", "osType": "[parameters('given')]",
      "orchestratorVersion": "[parameters('default')]", "enableAutoScaling": "[parameters('default')]",
      "nodeLabels": { "a": "[parameters('given')]", "b": "[parameters('object').key]", "c": "[parameters('vault')]" } } },
  { "type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-01-01", "name": "plain", "location": "eastus",
    "tags": {
      "given": "[parameters('given')]", "object": "[parameters('object')]", "vault": "[parameters('vault')]",
      "default": "[parameters('default')]", "structure": "[parameters('structure')]", "member": "[parameters('structure').key]",
      "through": "[variables('through')]", "upper": "[toUpper(parameters('default'))]", "encoded": "[variables('encoded')]",
      "parts": "[split(parameters('default'), '-')]", "text": "[string(parameters('structure'))]", "first": "[take(parameters('default'), 20)]",
      "list": "[listKeys(resourceId('Microsoft.Storage/storageAccounts', 'other'), '2023-01-01').keys[0].value]",
      "module": "[reference('module').outputs.secret.value]", "moduleOpen": "[reference('module').outputs.open.value]",
      "made": "[createObject(parameters('default'), parameters('default'))]",
      "keyed": "[toObject(createArray(parameters('default')), lambda('x', lambdaVariables('x')))]",
      "grouped": "[groupBy(createArray(parameters('default')), lambda('x', lambdaVariables('x')))]",
      "keys": "[objectKeys(createObject(parameters('default'), 1))]",
      "[parameters('default')]": "name",
      "chosen": "[if(true(), parameters('default'), '')]", "coalesced": "[coalesce(null(), parameters('default'))]",
      "mapped": "[map(createArray(parameters('default')), lambda('x', concat(lambdaVariables('x'), '!')))]",
      "joined": "[join(createArray('a', parameters('default')), ',')]", "formatted": "[format('{0}', parameters('default'))]",
      "merged": "[union(createObject('a', parameters('default')), createObject('b', 1))]"
    } },
  { "type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-01-01", "name": "[parameters('default')]", "location": "eastus" },
  { "type": "Microsoft.Storage/storageAccounts", "apiVersion": "[parameters('default')]", "name": "version", "location": "[parameters('default')]" },
  { "type": "A.B/c/d", "apiVersion": "1", "name": "[parameters('default')]" },
  { "type": "A.B/c", "apiVersion": "1", "name": "scoped", "scope": "[parameters('default')]" },
  { "type": "A.B/c", "apiVersion": "1", "name": "counted", "condition": "[parameters('default')]",
    "copy": { "name": "[parameters('default')]", "count": "[parameters('default')]" } },
  { "type": "A.B/c", "apiVersion": "1", "name": "batch", "copy": { "name": "b", "count": 1, "mode": "[parameters('default')]" } },
  { "type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "linked",
    "properties": { "mode": "Incremental", "templateLink": { "relativePath": "[parameters('default')]" } } },
  { "type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "elsewhere", "scope": "[parameters('default')]", "location": "eastus",
    "properties": { "mode": "Incremental", "template": { "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
      "contentVersion": "1.0.0.0", "resources": [] } } },
  { "type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "module",
    "properties": { "mode": "Incremental", "expressionEvaluationOptions": { "scope": "inner" },
      "parameters": {
        "literal": { "value": "unmistakable-literal" }, "passed": { "value": "[parameters('default')]" }, "handed": { "value": "[parameters('given')]" },
        "open": { "value": "[parameters('default')]" }, "refused": { "value": "unmistakable-refused" },
        "number": { "value": "[parameters('default')]" }
      },
      "template": { "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0",
        "parameters": { "literal": { "type": "secureString" }, "passed": { "type": "secureString" }, "handed": { "type": "secureString" },
          "open": { "type": "string" }, "number": { "type": "int" },
          "refused": { "type": "secureString", "allowedValues": ["unmistakable-allowed-d"] } },
        "resources": [ { "type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-01-01", "name": "inner", "location": "eastus",
          "tags": { "a": "[parameters('literal')]", "b": "[parameters('passed')]", "c": "[parameters('handed')]", "d": "[parameters('open')]",
            "e": "[concat(parameters('literal'), parameters('refused'))]" } } ],
        "outputs": { "secret": { "type": "secureString", "value": "[parameters('literal')]" },
          "open": { "type": "string", "value": "[parameters('passed')]" } } } } }
],
"outputs": {
  "secure": { "type": "secureString", "value": "[parameters('default')]" },
  "secureLiteral": { "type": "secureObject", "value": { "a": "[parameters('structure')]" } },
  "open": { "type": "string", "value": "[parameters('default')]" },
  "object": { "type": "object", "value": { "a": "[parameters('default')]", "b": "[parameters('given')]" } },
  "module": { "type": "string", "value": "[reference('module').outputs.secret.value]" },
  "wrongType": { "type": "int", "value": "[parameters('default')]" }
}"#;

const GIVEN: &str = r#""given": { "value": "unmistakable-given" },
"object": { "value": { "key": "unmistakable-member" } },
"vault": { "reference": { "keyVault": { "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/v" }, "secretName": "n" } },
"wrong": { "value": "unmistakable-wrong" },
"short": { "value": "unmistakable-short" },
"typed": { "value": "unmistakable-typed" }"#;

#[test]
fn no_output_contains_a_secure_value() {
    let before = SECTIONS
        .replace(MARK, "unmistakable-before")
        .replace("\"eastus\"", "\"westus\"")
        .replace("\"count\": 3", "\"count\": 2");
    let folder = Folder::new()
        .template("main.json", SECTIONS)
        .template("before.json", &before)
        .parameters("p.json", GIVEN)
        .parameters("q.json", &GIVEN.replace(MARK, "unmistakable-old"));
    let scope = [
        "--subscription",
        "00000000-0000-0000-0000-000000000001",
        "--resource-group",
        "g",
    ];
    // Each run writes every format.
    let outputs: Vec<String> = FORMATS
        .iter()
        .flat_map(|format| ["--output".to_owned(), format!("{format}=out-{format}")])
        .collect();
    let outputs: Vec<&str> = outputs.iter().map(String::as_str).collect();
    let mut runs: Vec<Vec<&str>> = Vec::new();
    for given in [
        vec!["-p", "p.json"],
        vec![
            "-p",
            "given=unmistakable-line",
            "-p",
            "wrong=unmistakable-line",
            "-p",
            "typed=unmistakable-line",
        ],
    ] {
        runs.push([&["expand", "main.json"][..], &given].concat());
        for judged in [
            &["check", "main.json"][..],
            &["plan", "main.json", "--new", "--show-unchanged"],
            &[
                "plan",
                "main.json",
                "--before",
                "before.json",
                "--before-params",
                "q.json",
            ],
        ] {
            runs.push([judged, &given, &outputs].concat());
        }
        for (resource, property) in [
            ("plain", "tags"),
            ("plain", "tags.default"),
            ("plain", "tags.given"),
            ("plain", "tags.through"),
            ("plain", "tags.module"),
            ("plain", "tags.member"),
            ("inner", "tags.a"),
            ("inner", "tags.b"),
            ("inner", "tags.e"),
            ("user1", "properties.vmSize"),
        ] {
            runs.push([&["why", "main.json"][..], &given, &[resource, property]].concat());
        }
    }
    let mut shown = Vec::new();
    for run in runs {
        let ran = folder.run(&[&run[..], &scope].concat());
        assert!(ran.code <= 2, "{run:?} {}", ran.stderr);
        let mut texts = vec![("stdout", ran.stdout), ("stderr", ran.stderr)];
        if run.contains(&"--output") {
            for format in FORMATS {
                let path = folder.0.join(format!("out-{format}"));
                texts.push((format, fs::read_to_string(&path).unwrap()));
                fs::remove_file(path).unwrap();
            }
        }
        for (place, text) in texts {
            for line in text.lines().filter(|line| tells(line)) {
                let from = line
                    .to_lowercase()
                    .find(MARK)
                    .unwrap_or(0)
                    .saturating_sub(100);
                let near: String = line.chars().skip(from).take(300).collect();
                shown.push(format!("{run:?} {place}: {near}"));
            }
        }
    }
    assert!(shown.is_empty(), "{}", shown.join("\n"));
}

/// Whether a line holds a secret, as it is or in base64. The names of members that are texts of a template are none.
fn tells(line: &str) -> bool {
    let line = line.to_lowercase();
    let beginning_in_base64 = "dW5taXN0YWthYmxl".to_lowercase();
    line.contains(&beginning_in_base64)
        || line
            .replace("['unmistakable']", "")
            .replace("\\['unmistakable'\\]", "")
            .contains(MARK)
}

#[test]
fn no_emitted_file_contains_a_secure_value() {
    let pods = |count: u32| {
        SECTIONS.replace(
            "\"count\": 3",
            &format!("\"count\": 3, \"maxPods\": {count}"),
        )
    };
    let folder = Folder::new()
        .template("main.json", &pods(60))
        .template("before.json", &pods(30))
        .parameters("p.json", GIVEN);
    for (steps, given) in [
        ("one", vec!["-p", "p.json"]),
        ("two", vec!["-p", "given=unmistakable-line"]),
        ("three", Vec::new()),
    ] {
        let plan = [
            "plan",
            "main.json",
            "--before",
            "before.json",
            "--emit",
            steps,
        ];
        folder.run(&[&plan[..], &given].concat()).exits(1);
        let mut files = 0;
        for entry in fs::read_dir(folder.0.join(steps)).unwrap() {
            files += 1;
            let path = entry.unwrap().path();
            let text = fs::read_to_string(&path).unwrap();
            let shown: Vec<&str> = text.lines().filter(|line| tells(line)).collect();
            assert!(shown.is_empty(), "{}: {shown:?}", path.display());
        }
        assert!(files > 4, "{files}");
    }
}

/// A secret that is a member of an object which is none.
#[test]
fn a_secure_member_beside_others_is_not_told() {
    let main = "type nodeType = {\n  name: string\n  size: string\n  @secure()\n  token: string\n}\nparam nodes nodeType[]\n
resource pools 'Microsoft.ContainerService/managedClusters/agentPools@2025-09-01' = [for one in nodes: {\n  name: 'aks/${one.name}'
  properties: { mode: 'User', count: 3, vmSize: one.size, nodeLabels: { a: one.token } }\n}]\n";
    let values = |size: &str| {
        format!(
            "using 'main.bicep'\nparam nodes = [\n  {{ name: 'apps', size: '{size}', token: '{MARK}' }}\n]\n"
        )
    };
    let folder = Folder::new()
        .with("main.bicep", main)
        .with("before.bicepparam", &values("Standard_D4s_v5"))
        .with("after.bicepparam", &values("Standard_D8s_v5"));
    let plan = ["plan", "after.bicepparam", "--before", "before.bicepparam"];
    for format in FORMATS {
        let ran = folder.run(&[&plan[..], &["--format", format]].concat());
        let ran = ran.exits(1);
        assert!(!ran.stdout.contains(MARK), "{format}\n{}", ran.stdout);
    }
    folder
        .run(&[&plan[..], &["--emit", "steps"]].concat())
        .exits(1);
    for entry in fs::read_dir(folder.0.join("steps")).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        assert!(!text.contains(MARK), "{}: {text}", path.display());
    }
}

/// Secrets that a template hands to a module: under a type of its own, and as a member of an object.
#[test]
fn what_is_handed_to_a_module_is_not_told() {
    let types = "@secure()\ntype password = string\ntype login = {\n  user: string\n  @secure()\n  key: string\n}\n";
    let main = format!(
        "{types}param given password\nvar passed = '{MARK}-variable'\nmodule inner 'inner.bicep' = {{\n  params: {{ one: '{MARK}-literal', two: {{ user: 'x', key: '{MARK}-member' }}, three: given, four: passed, five: '{MARK}-${{passed}}', size: 'a' }}\n}}\nmodule next 'inner.bicep' = {{ params: {{ one: passed, two: {{ user: 'x', key: given }}, three: given, four: passed, five: given, size: 'a' }} }}\nvar wrong = [passed, given][5]\noutput wrong string = wrong\n"
    );
    let inner = format!(
        "{types}param one password\nparam two login\nparam three password\nparam four password\nparam five password\n@allowed(['b'])\nparam size string\nresource disk 'Microsoft.Compute/disks@2023-04-02' = {{ name: 'e', location: 'west', properties: {{ a: one, b: two.key, c: two.user, d: three, e: four, f: five }} }}\n"
    );
    let folder = Folder::new()
        .with("main.bicep", &main)
        .with("inner.bicep", &inner)
        .with(
            "main.bicepparam",
            &format!("using 'main.bicep'\nparam given = '{MARK}-given'\n"),
        );
    for command in ["check", "plan"] {
        let state: &[&str] = if command == "plan" { &["--new"] } else { &[] };
        for format in FORMATS {
            let ran = folder
                .run(&[&[command, "main.bicepparam", "--format", format][..], state].concat());
            let ran = ran.exits(1);
            let shown: Vec<&str> = ran.stdout.lines().filter(|line| tells(line)).collect();
            assert!(shown.is_empty(), "{command} {format}\n{}", shown.join("\n"));
        }
    }
}
