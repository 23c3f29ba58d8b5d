"""Diffs that the stories open pull requests with."""

LOOP = """\
diff --git a/shop/cart.py b/shop/cart.py
index 1111111..2222222 100644
--- a/shop/cart.py
+++ b/shop/cart.py
@@ -1,4 +1,6 @@
 def total(items):
-    return sum(items)
+    first = items[0]
+    rest = items[1:]
+    return first + sum(rest)
     # the end
     # of the file
"""

DOCS = """\
diff --git a/docs/cart.md b/docs/cart.md
new file mode 100644
index 0000000..3333333
--- /dev/null
+++ b/docs/cart.md
@@ -0,0 +1,2 @@
+# Cart
+A cart has a total.
"""

FIX = """\
diff --git a/shop/cart.py b/shop/cart.py
index 2222222..4444444 100644
--- a/shop/cart.py
+++ b/shop/cart.py
@@ -1,6 +1,4 @@
 def total(items):
-    first = items[0]
-    rest = items[1:]
-    return first + sum(rest)
+    return sum(items, start=0)
     # the end
     # of the file
"""
