// What must not happen: a program that defines a name of OpenSSL's, which libpq then binds to.
// It shows that tools/check_symbols would notice.
extern "C" int PQlibVersion();
extern "C" void* SSL_CTX_new(const void* method);

// Never called: that libpq would call it is what the test is about.
void* SSL_CTX_new(const void* /*method*/) {
  return nullptr;
}

int main() {
  return PQlibVersion() == 0 ? 1 : 0;
}
