param ids array = []
output place string = 'here'
