"""Small views of one value, drawn with Streamlit."""
