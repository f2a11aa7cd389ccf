#include "engine/core/pages.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "tests/support/mapped_pages.h"

namespace vencer::test {
namespace {

template <class Source>
class Pages : public testing::Test {};
using Sources = testing::Types<HeapPages, MappedPages>;
TYPED_TEST_SUITE(Pages, Sources);

// More than a block of them has, each written full before the next is taken.
TYPED_TEST(Pages, AreZeroAndNobodyElses) {
  TypeParam pages;
  std::vector<std::byte*> taken;
  for (int i = 0; i < 40; ++i) {
    std::byte* page = pages.take();
    ASSERT_EQ(reinterpret_cast<std::uintptr_t>(page) % 64, 0u);
    ASSERT_TRUE(std::all_of(page, page + kPageBytes, [](std::byte b) { return b == std::byte{}; }))
        << "page " << i;
    std::memset(page, i + 1, kPageBytes);
    taken.push_back(page);
  }
  for (int i = 0; i < 40; ++i) {
    const std::byte mine{static_cast<unsigned char>(i + 1)};
    EXPECT_EQ(taken[static_cast<std::size_t>(i)][0], mine);
    EXPECT_EQ(taken[static_cast<std::size_t>(i)][kPageBytes - 1], mine);
  }
}

TEST(MappedPagesDeathTest, WhatRunsOverAPageIsToldAtOnce) {
  MappedPages pages;
  std::byte* page = pages.take();
  pages.take();
  EXPECT_DEATH(*static_cast<volatile std::byte*>(page + kPageBytes) = std::byte{1}, "");
  EXPECT_DEATH(*static_cast<volatile std::byte*>(page - 1) = std::byte{1}, "");
}

TEST(PagePieces, GoOnInAnotherPageAndAreTakenAgain) {
  PagePieces pieces(std::make_shared<HeapPages>(), kPageBytes / 3);
  std::vector<std::byte*> taken;
  for (int i = 0; i < 7; ++i) taken.push_back(pieces.take());
  std::sort(taken.begin(), taken.end());
  for (std::size_t i = 1; i < taken.size(); ++i) {
    EXPECT_GE(taken[i] - taken[i - 1], static_cast<std::ptrdiff_t>(kPageBytes / 3));
  }
  pieces.give_back(taken[4]);
  pieces.give_back(taken[2]);
  EXPECT_EQ(pieces.take(), taken[2]);
  EXPECT_EQ(pieces.take(), taken[4]);
}

}  // namespace
}  // namespace vencer::test
