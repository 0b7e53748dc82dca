// The program `thicket`, run as people run it, in a folder of its own.
#pragma once

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace thicket::program {

struct Outcome {
  int exit_code = 0;
  std::string out;
  std::string complaint;
};

class Folder final {
 public:
  Folder()
      : path_(std::filesystem::temp_directory_path() /
              ("thicket-program-" + std::to_string(getpid()))) {
    std::filesystem::create_directories(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string file(const std::string& name) const { return (path_ / name).string(); }
  std::string write(const std::string& name, std::string_view content) const {
    std::ofstream(file(name), std::ios::binary) << content;
    return file(name);
  }

 private:
  std::filesystem::path path_;
};

inline std::string content_of(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

inline Outcome thicket_program(const Folder& folder, const std::string& arguments) {
  const std::string out = folder.file("stdout");
  const std::string complaint = folder.file("stderr");
  const std::string command =
      std::string(THICKET_PROGRAM) + " " + arguments + " >" + out + " 2>" + complaint;
  const int status = std::system(command.c_str());
  REQUIRE(WIFEXITED(status));
  return {WEXITSTATUS(status), content_of(out), content_of(complaint)};
}

inline std::size_t lines(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace thicket::program
