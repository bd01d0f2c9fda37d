"""The product without a screen: rules, records and the actions that change them."""
