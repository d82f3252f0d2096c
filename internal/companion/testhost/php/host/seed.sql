-- Rows as an admin area would leave them. The names of the e-mail templates are samples.
INSERT INTO tblcurrencies (code, prefix, suffix, format, rate, `default`) VALUES
  ('USD', '$', ' USD', 1, 1.00000, 1), ('INR', '₹', ' INR', 2, 83.12500, 0), ('EUR', '€', ' EUR', 3, 0.92000, 0);
INSERT INTO tblemailtemplates (type, name, subject, message, custom, language) VALUES
  ('invoice', 'Invoice Created', 'Customer Invoice', '', 0, ''),
  ('product', 'Dedicated/VPS Server Welcome Email', 'New Dedicated Server Information', '', 0, ''),
  ('product', 'Other Product/Service Welcome Email', 'New Product Information', '', 0, ''),
  ('product', 'Service Termination Email', 'Service Terminated', '', 1, ''),
  ('product', 'Dedicated/VPS Server Welcome Email', 'Informations du nouveau serveur', '', 0, 'french');
INSERT INTO tblconfiguration (setting, value) VALUES ('Template', 'twenty-one'), ('ModuleHooks', 'samplevps'), ('CurrencyAutoUpdateExchangeRates', 'on'), ('CurrencyAutoUpdateProductPrices', '');
INSERT INTO tblproductgroups (name, slug, headline, tagline, orderfrmtpl, disabledgateways, hidden, `order`, created_at, updated_at) VALUES
  ('Legacy &amp; Co', 'legacy-co', 'Fast &amp; &quot;simple&quot;', '', '', '', 0, 1, '2019-05-01 10:00:00', '2019-05-01 10:00:00');
INSERT INTO tblproducts (type, gid, name, description, paytype, subdomain, autosetup, servertype,
  configoption1, configoption2, configoption3, configoption4, configoption5, configoption6, configoption7, configoption8,
  configoption9, configoption10, configoption11, configoption12, configoption13, configoption14, configoption15, configoption16,
  configoption17, configoption18, configoption19, configoption20, configoption21, configoption22, configoption23, configoption24,
  freedomain, freedomainpaymentterms, freedomaintlds, affiliatepaytype, short_description, showdomainoptions, tax, `order`, created_at, updated_at) VALUES
  ('server', 1, 'Legacy VPS', '<b>5 GB</b> of space', 'recurring', '', 'payment', 'samplevps',
  'small', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '',
  '', '', '', '', 'Small &amp; &lt;simple&gt;', 0, 1, 1, '2019-05-01 10:00:00', '2019-05-01 10:00:00');
INSERT INTO tblproducts_slugs (product_id, group_id, group_slug, slug, active) VALUES (1, 1, 'legacy-co', 'legacy-vps', 1);
INSERT INTO tblpricing (type, currency, relid, msetupfee, qsetupfee, ssetupfee, asetupfee, bsetupfee, tsetupfee, monthly, quarterly, semiannually, annually, biennially, triennially) VALUES
  ('product', 1, 1, 0, 0, 0, 0, 0, 0, 10.00, -1, -1, -1, -1, -1),
  ('product', 2, 1, 0, 0, 0, 0, 0, 0, 10.00, -1, -1, -1, -1, -1),
  ('product', 3, 1, 0, 0, 0, 0, 0, 0, 10.00, -1, -1, -1, -1, -1);
-- An addon module is active whose files are gone.
INSERT INTO tbladminroles (name) VALUES ('Full Administrator'), ('Sales Operator'), ('Support &amp; Abuse');
INSERT INTO tbladmins (roleid, username, firstname, lastname, email) VALUES (1, 'admin', 'Site', 'Admin', 'admin@example.com');
INSERT INTO tbladdonmodules (module, setting, value) VALUES
  ('legacy_tool', 'version', '2.0'), ('legacy_tool', 'access', '1,3'), ('legacy_tool', 'token', 'legacy-token');
INSERT INTO tblconfiguration (setting, value) VALUES
  ('ActiveAddonModules', 'legacy_tool'), ('AddonModulesHooks', ''),
  ('AddonModulesPerms', 'a:2:{i:1;a:1:{s:11:"legacy_tool";s:11:"Legacy Tool";}i:3;a:1:{s:11:"legacy_tool";s:11:"Legacy Tool";}}');
INSERT INTO tblclients (firstname, lastname, companyname, email, address1, city, phonenumber, currency) VALUES
  ('Canary-Firstname', 'Canary-Lastname', 'Canary-Company', 'canary@customer.example', 'Canary-Street 1', 'Canary-City', '+1.5550100', 1);
